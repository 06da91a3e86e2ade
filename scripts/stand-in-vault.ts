import { runEmulatedVault } from '../source/practice/vault/stand-in.ts';

// Runs the emulated Vault; its usage is documented in stand-in.ts.
process.exitCode = await runEmulatedVault(process.argv.slice(2), process.env);
