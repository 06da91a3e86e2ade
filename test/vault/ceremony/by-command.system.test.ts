import { requireRealVault } from '../../helpers/vaults.ts';
import { describeByCommand } from './by-command.ts';

describeByCommand(await requireRealVault('the ceremony by the command line of Vault'), {
	traced: false,
});
