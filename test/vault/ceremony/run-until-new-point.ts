// The ceremony in a process of its own, which ends itself by SIGKILL at the first point that is not in
// the list of points met before. Arguments: the scene's folder, Vault's storage, the proxy's port, and
// `kill`, `few` (points are kinds of writes) or `live`. Points come on standard output, for who reads what became of it.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WizardError } from '../../../source/engine/errors.ts';
import { runRekeyCeremony } from '../../../source/vault/ceremony/rekey-ceremony.ts';
import { createFilePorts } from './file-ports.ts';
import { createCeremonyOptions } from './test-ceremony-options.ts';
import { createTestOperator, readCustodians } from './test-custodians.ts';

const [folder = '', storage = '', port = '', mode = ''] = process.argv.slice(2);
const list = join(folder, 'points');
const met = new Set(existsSync(list) ? readFileSync(list, 'utf8').split('\n') : []);

function point(name: string): void {
	if (mode === 'live' || met.has(name)) return;
	appendFileSync(list, `${name}\n`);
	process.kill(process.pid, 'SIGKILL');
	// The signal may take a moment to be delivered, and nothing must happen until then.
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const custodians = readCustodians(folder);
const ports = await createFilePorts({
	folder,
	port: Number(port),
	storage,
	operator: createTestOperator(custodians, []),
	stopped: new AbortController().signal,
	token: () => process.env.RUN_TOKEN,
	hook: (when, what, name) => {
		if (when === 'after' && what !== 'read-key')
			point(mode === 'few' ? `after ${what}` : `after ${what} ${name}`);
	},
});
try {
	for await (const news of runRekeyCeremony(ports, createCeremonyOptions(custodians)))
		process.stdout.write(`${JSON.stringify(news)}\n`);
} catch (thrown) {
	const text = thrown instanceof WizardError ? JSON.stringify(thrown.facts) : String(thrown);
	process.stderr.write(`${text}\n`);
	process.exitCode = 1;
}
