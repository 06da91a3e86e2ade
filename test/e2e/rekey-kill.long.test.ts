import { describeRekeyKills, killPoints } from './helpers/rekey-kills.ts';

describeRekeyKills(killPoints);
