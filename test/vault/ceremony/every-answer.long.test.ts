import { requireRealVault } from '../../helpers/test-vault.ts';
import { describeEveryLoss } from './losses.ts';

describeEveryLoss(
	await requireRealVault('lost answers and killed Vaults at every point of a rekey'),
);
