import { describeKills } from './helpers/rekey-kills.ts';

// All kill points: rekey-kill.long.test.ts.
describeKills(['nonce', 'oneShare', 'commit', 'counting', 'removing']);
