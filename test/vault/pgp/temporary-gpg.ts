import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A real gpg with a keyring of its own, removed after the test. */
export function createTemporaryGpg() {
	// Short: the agent's socket is in there.
	const home = mkdtempSync(join(tmpdir(), 'g-'));
	onTestFinished(() => {
		execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
		rmSync(home, { recursive: true, force: true });
	});
	const base = ['--batch', '--yes', '--homedir', home, '--pinentry-mode', 'loopback'];
	const run = (args: readonly string[], input: string | Buffer = '') =>
		execFileSync('gpg', [...base, '--trust-model', 'always', ...args], {
			input,
			stdio: ['pipe', 'pipe', 'pipe'],
		});
	return {
		home,
		run,
		/** With a passphrase for anything that asks for one. */
		unlocked(passphrase: string, args: readonly string[], input: string | Buffer): Buffer {
			const file = join(home, 'passphrase');
			writeFileSync(file, passphrase, { mode: 0o600 });
			return run(['--passphrase-file', file, ...args], input);
		},
		encrypt: (to: string, text: string) => run(['--recipient', to, '--encrypt'], text),
	};
}
