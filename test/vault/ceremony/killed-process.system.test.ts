import { requireRealVault } from '../../helpers/test-vault.ts';
import { describeKilled } from './killing-process.ts';

// At every point of the ceremony: killed.long.test.ts.
describeKilled(await requireRealVault('a rekey whose process is killed'), 'few');
