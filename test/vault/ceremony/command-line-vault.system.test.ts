import { requireRealVault } from '../../helpers/test-vault.ts';
import { describeByCommand } from './by-command.ts';

describeByCommand(await requireRealVault('the ceremony by the command line of Vault'), {
	traced: false,
});
