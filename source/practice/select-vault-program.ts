import { isAbsolute } from 'node:path';
import { execa } from 'execa';
import {
	buildChildEnvironment,
	createExactEnvironmentOptions,
} from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';
import {
	findAllOnPath,
	getPackageProgramPath,
	getPackageSubdirectory,
	isExecutable,
} from '../engine/find-program-files.ts';

/** The environment variable with the path of the Vault or OpenBao for tests and practice. */
export const VAULT_VARIABLE = 'TFE_WIZARD_PRACTICE_VAULT';

export interface PracticeVaultProgram {
	kind: 'real' | 'stand-in';
	/** The command before `server -config=FILE`, `operator unseal`, `status`. */
	command: readonly string[];
	/** The description on screens: "Vault v1.14.1 at /usr/bin/vault", "the emulated Vault". */
	description: string;
}

/**
 * Selects the Vault for tests and practice: the one set by TFE_WIZARD_PRACTICE_VAULT, else `vault`
 * or `bao` on PATH, else the one built in this clone (`npm run real-vault`), else the emulated
 * Vault.
 *
 * @throws WizardError `usage` if the variable does not point to a Vault.
 */
export async function selectPracticeVaultProgram(
	environment = process.env,
): Promise<PracticeVaultProgram> {
	const named = environment[VAULT_VARIABLE];
	const built = getPackageSubdirectory('test/real-vault/.cache/vault');
	const candidates = named
		? [named]
		: [
				...['vault', 'bao'].flatMap((name) => findAllOnPath(name, environment)),
				...(isExecutable(built) ? [built] : []),
			];
	for (const path of candidates.filter(isAbsolute)) {
		const version = await getVaultVersion(path, environment);
		if (version !== undefined) {
			return { kind: 'real', command: [path], description: `${version} at ${path}` };
		}
	}
	if (!named) return getEmulatedVaultProgram('the emulated Vault (no real Vault was found)');
	throw new WizardError('usage', {
		message: `${VAULT_VARIABLE} is not the path of a working Vault: ${JSON.stringify(named)}.`,
		expected: 'the absolute path of a vault or bao executable',
		next: [`unset ${VAULT_VARIABLE}`],
	});
}

/** The emulated Vault, even if a real one is available. */
export function getEmulatedVaultProgram(description = 'the emulated Vault'): PracticeVaultProgram {
	return {
		kind: 'stand-in',
		command: [process.execPath, getPackageProgramPath('emulated-vault')],
		description,
	};
}

/** The first line of `vault version`; undefined if it does not start or is another program. */
async function getVaultVersion(path: string, environment: NodeJS.ProcessEnv) {
	try {
		const { stdout } = await execa(path, ['version'], {
			...createExactEnvironmentOptions(
				buildChildEnvironment({ for: 'helper', inherited: environment }),
			),
			...{ stdin: 'ignore', timeout: 10_000 },
		});
		return /^((?:Vault|OpenBao) [^(,\n]*[^(,\s])/.exec(stdout)?.[1];
	} catch {
		return undefined;
	}
}
