import { describeRekeyKills } from './helpers/rekey-kills.ts';

// All kill points: rekey-kill.long.test.ts.
describeRekeyKills(['nonce', 'oneShare', 'commit', 'counting', 'removing']);
