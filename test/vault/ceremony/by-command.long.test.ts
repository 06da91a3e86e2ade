import { requireRealVault } from '../../helpers/vaults.ts';
import { describeByCommand } from './by-command.ts';

describeByCommand(await requireRealVault('what a ceremony by the command line of Vault starts'), {
	traced: true,
});
