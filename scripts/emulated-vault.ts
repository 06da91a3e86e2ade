import { runEmulatedVaultProgram } from '../source/practice/vault/emulated-vault.ts';

// Runs the emulated Vault; its usage is documented there.
process.exitCode = await runEmulatedVaultProgram(process.argv.slice(2), process.env);
