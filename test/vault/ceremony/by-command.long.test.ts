import { requireRealVault } from '../../helpers/test-vault.ts';
import { describeByCommand } from './by-command.ts';

describeByCommand(await requireRealVault('what a ceremony by the command line of Vault starts'), {
	traced: true,
});
