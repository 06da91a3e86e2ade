import { standInVault } from '../source/practice/vault/stand-in.ts';

// The stand-in's program: what it is and how it is called is said where it is written.
process.exitCode = await standInVault(process.argv.slice(2), process.env);
