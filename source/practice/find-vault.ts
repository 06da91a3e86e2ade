import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { buildChildEnvironment, exactEnvironment } from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';

/** The environment variable with the path of the Vault or OpenBao for tests and practice. */
export const VAULT_VARIABLE = 'TFE_WIZARD_PRACTICE_VAULT';

export interface PracticeVault {
	kind: 'real' | 'stand-in';
	/** Where it was found. */
	from: 'setting' | 'path' | 'built' | 'lack';
	/** The command before `server -config=FILE`, `operator unseal`, `status`. */
	command: readonly string[];
	/** The description on screens: "Vault v1.14.1 at /usr/bin/vault", "the emulated Vault". */
	words: string;
}

/**
 * Selects the Vault for tests and practice: the one set by TFE_WIZARD_PRACTICE_VAULT, else `vault`
 * or `bao` on PATH, else the one built in this clone (`npm run real-vault`), else the emulated
 * Vault.
 *
 * @throws WizardError `usage` if the variable does not point to a Vault.
 */
export async function findPracticeVault(environment = process.env): Promise<PracticeVault> {
	const named = environment[VAULT_VARIABLE];
	if (named !== undefined && named !== '') {
		const version = isAbsolute(named) ? await versionOf(named, environment) : undefined;
		if (version === undefined) {
			throw new WizardError('usage', {
				message: `${VAULT_VARIABLE} is not the path of a working Vault: ${JSON.stringify(named)}.`,
				expected: 'the absolute path of a vault or bao executable',
				next: [`unset ${VAULT_VARIABLE}`],
			});
		}
		return { kind: 'real', from: 'setting', command: [named], words: `${version} at ${named}` };
	}
	for (const { path, from } of await candidates(environment)) {
		const version = await versionOf(path, environment);
		if (version !== undefined) {
			return { kind: 'real', from, command: [path], words: `${version} at ${path}` };
		}
	}
	return createEmulatedVault('the emulated Vault (no real Vault was found)');
}

/** The emulated Vault, even if a real one is available. */
export function createEmulatedVault(description = 'the emulated Vault'): PracticeVault {
	return {
		kind: 'stand-in',
		from: 'lack',
		command: [process.execPath, emulatedVaultScript()],
		words: description,
	};
}

/** The first line of `vault version`; undefined if it does not start or is another program. */
async function versionOf(path: string, environment: NodeJS.ProcessEnv) {
	try {
		const { stdout } = await execa(path, ['version'], {
			...exactEnvironment(buildChildEnvironment({ for: 'helper', inherited: environment })),
			...{ stdin: 'ignore', timeout: 10_000 },
		});
		const [line = ''] = stdout.split('\n');
		return /^(Vault|OpenBao) /.test(line)
			? line.replace(/\s*\(.*$/, '').replace(/,.*$/, '')
			: undefined;
	} catch {
		return undefined;
	}
}

async function candidates(environment: NodeJS.ProcessEnv) {
	const folders = (environment.PATH ?? '').split(delimiter).filter(isAbsolute);
	const onPath = ['vault', 'bao'].flatMap((name) => folders.map((folder) => join(folder, name)));
	const built = join(packageFolder(), 'test', 'real-vault', '.cache', 'vault');
	const found: { path: string; from: 'path' | 'built' }[] = [];
	for (const path of onPath) if (await isProgram(path)) found.push({ path, from: 'path' });
	if (await isProgram(built)) found.push({ path: built, from: 'built' });
	return found;
}

async function isProgram(path: string): Promise<boolean> {
	return access(path, constants.X_OK).then(
		() => true,
		() => false,
	);
}

/** The built program has its own script beside it; the source tree has only the source. */
function emulatedVaultScript(): string {
	const fromSource = import.meta.url.endsWith('.ts');
	return join(
		packageFolder(),
		...(fromSource ? ['scripts', 'emulated-vault.ts'] : ['dist', 'emulated-vault.js']),
	);
}

function packageFolder(): string {
	const here = dirname(fileURLToPath(import.meta.url));
	const parts = here.split('/');
	const last = Math.max(parts.lastIndexOf('source'), parts.lastIndexOf('dist'));
	return last < 0 ? here : parts.slice(0, last).join('/') || '/';
}
