import { describeKills, killPoints } from './helpers/rekey-kills.ts';

describeKills(killPoints);
