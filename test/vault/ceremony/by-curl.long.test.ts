import { requireRealVault } from '../../helpers/test-vault.ts';
import { describeByCurl } from './by-curl.ts';

describeByCurl(await requireRealVault('what a ceremony by curl starts'), {
	traced: true,
});
