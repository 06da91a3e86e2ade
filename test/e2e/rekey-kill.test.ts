import { describeKills } from './helpers/rekey-kills.ts';

// All moments: rekey-kill.long.test.ts.
describeKills(['nonce', 'oneShare', 'commit', 'counting', 'removing']);
