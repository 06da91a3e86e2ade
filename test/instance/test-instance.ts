import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SshTarget } from '../../source/instance/instance-types.ts';
import { getInstanceLayout } from '../../source/practice/instance/instance-layout.ts';
import {
	type PracticeInstance,
	startPracticeInstance,
} from '../../source/practice/instance/practice-instance.ts';
import { requestDaemonTask } from '../../source/practice/instance/status-and-task-server.ts';
import {
	getEmulatedVaultProgram,
	selectPracticeVaultProgram,
} from '../../source/practice/select-vault-program.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';

export interface TestInstance {
	machine: PracticeInstance;
	target: SshTarget;
	/** For this test only; removed by `end`. */
	scratch: string;
	/** Cuts every ssh connection to it. */
	cut(): Promise<void>;
	/** The target with lines put before its configuration, where they apply first, without some options. */
	configured(lines: readonly string[], without?: readonly string[]): Promise<SshTarget>;
	end(): Promise<void>;
}

/** Shell words that wait until a file exists; they also end when its directory is removed. */
export const createWaitForFileScript = (path: string): string =>
	`until [ -e '${path}' ] || [ ! -d '${dirname(path)}' ]; do sleep 0.1; done`;

/**
 * A practice instance without a cloud behind it: a small server answers instead.
 *
 * @param like Version that the emulated Vault imitates; without it, any available Vault is used.
 */
export async function startTestInstance(like?: '0.8.2'): Promise<TestInstance> {
	const scratch = await mkdtemp(join(tmpdir(), 'instance-test-'));
	const nobody = createServer((_, response) => response.end());
	const port = await listenOnFreePort(nobody);
	const machine = await startPracticeInstance({
		...{ folder: join(scratch, 'a machine'), endpoint: `http://127.0.0.1:${port}` },
		...{ region: 'us-west-2', logPath: join(scratch, 'log') },
		vault: like === undefined ? await selectPracticeVaultProgram() : getEmulatedVaultProgram(),
		vaultEnvironment: like === undefined ? {} : { TFE_EMULATED_VAULT_VERSION: like },
	});
	const target = { host: machine.host, user: machine.user, configFile: machine.configFile };
	return {
		machine,
		target,
		scratch,
		cut: async () => {
			await requestDaemonTask(getInstanceLayout(machine.folder), 'drop-connections');
		},
		async configured(lines, without = []) {
			const configFile = join(scratch, `ssh_config_${randomBytes(4).toString('hex')}`);
			const rest = (await readFile(machine.configFile, 'utf8'))
				.split('\n')
				.filter((line) => !without.some((option) => line.trim().startsWith(`${option} `)));
			await writeFile(configFile, [...lines, ...rest].join('\n'), { mode: 0o600 });
			return { ...target, configFile };
		},
		async end() {
			await machine.stop();
			nobody.close();
			nobody.closeAllConnections();
			await rm(scratch, { recursive: true, force: true });
		},
	};
}
