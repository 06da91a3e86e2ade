import { decryptShareAsCustodian } from '../source/targets/ptfe-ami/practice/custodian-keys.ts';

// Decrypts a key share as a practice key holder. Arguments: directory of the practice keys, name, file.
const [folder = '', name = '', file = ''] = process.argv.slice(2);
const share = await decryptShareAsCustodian(folder, name, file);
process.stdout.write(share);
share.fill(0);
