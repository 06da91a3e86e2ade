import { requireRealVault } from '../../helpers/test-vault.ts';
import { describeSomeLosses } from './losses.ts';

// At every point of the ceremony: every-answer.long.test.ts.
describeSomeLosses(await requireRealVault('lost answers and killed Vaults in a rekey'));
