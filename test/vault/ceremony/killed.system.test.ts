import { requireReal } from '../../helpers/vaults.ts';
import { describeKilled } from './killing-process.ts';

// At every point of the ceremony: killed.long.test.ts.
describeKilled(await requireReal('a rekey whose process is killed'), 'few');
