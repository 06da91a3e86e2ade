import { openAsCustodian } from '../source/practice/custodians.ts';

// Plays a custodian who opens their share: FOLDER of the practice keys, NAME, FILE of the share.
const [folder = '', name = '', file = ''] = process.argv.slice(2);
const share = await openAsCustodian(folder, name, file);
process.stdout.write(share);
share.fill(0);
