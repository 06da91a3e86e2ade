import { requireRealVault } from '../../helpers/test-vault.ts';
import { describeByCurl } from './by-curl.ts';

describeByCurl(await requireRealVault('the ceremony by curl'), {
	traced: false,
});
