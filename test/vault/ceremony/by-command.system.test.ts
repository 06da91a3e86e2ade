import { requireReal } from '../../helpers/vaults.ts';
import { describeByCommand } from './by-command.ts';

describeByCommand(await requireReal('the ceremony by the command line of Vault'), {
	traced: false,
});
