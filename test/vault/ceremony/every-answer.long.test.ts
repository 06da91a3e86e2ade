import { requireReal } from '../../helpers/vaults.ts';
import { describeEveryLoss } from './losses.ts';

describeEveryLoss(await requireReal('lost answers and killed Vaults at every point of a rekey'));
