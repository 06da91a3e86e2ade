import { lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { buildChildEnvironment, type ChildEnvironment } from '../engine/child-environment.ts';
import { createDirectory } from '../engine/create-directory.ts';
import { WizardError } from '../engine/errors.ts';
import { findAllOnPath, isExecutable } from '../engine/find-program-files.ts';
import { limits } from '../engine/limits.ts';
import { resolvePrivateDirectory } from '../engine/private-directory.ts';
import { runHelperProgram } from '../engine/run-helper-program.ts';
import { trackWait } from '../engine/wait-registry.ts';

/** The tested moto release series. */
const MOTO_SERIES = '5.2.';
export const MOTO_REQUIREMENT = `moto[server]==${MOTO_SERIES}*`;

/** One way to obtain a moto server. */
export interface MotoSource {
	id: string;
	title: string;
	/** True: a failure is final; no other source is tried. */
	explicit?: boolean;
	/** A quick check whether this source is usable; a text gives the reason if not. */
	probe(context: MotoSourceContext): true | string;
	/** Installs what is missing; may take minutes. Throws if it fails. */
	prepare?(context: MotoSourceContext): Promise<void>;
	command(context: MotoSourceContext, port: number): readonly string[];
}

/** The sources in the order they are tried. */
export const motoSources: readonly MotoSource[] = [
	{
		id: 'environment',
		title: 'the moto_server set by TFE_WIZARD_MOTO',
		explicit: true,
		probe({ givenPath }) {
			if (givenPath === undefined || givenPath === '') return 'TFE_WIZARD_MOTO is not set';
			if (isExecutable(givenPath)) return true;
			throw new WizardError('usage', {
				message: `TFE_WIZARD_MOTO is set to ${givenPath}, which is not an executable file.`,
				expected: 'the path of a moto_server executable',
				next: ['unset TFE_WIZARD_MOTO', `pip install '${MOTO_REQUIREMENT}'`],
			});
		},
		command: ({ givenPath = '' }, port) => [givenPath, ...listenOn(port)],
	},
	{
		id: 'path',
		title: 'moto_server on PATH',
		probe: ({ environment }) => onPath('moto_server', environment),
		command: (_, port) => ['moto_server', ...listenOn(port)],
	},
	{
		id: 'uvx',
		title: 'uvx',
		probe: ({ environment }) => onPath('uvx', environment),
		prepare: async (context) => {
			context.progress('Downloading moto with uvx; the first time takes a minute or two.');
			const args = ['--from', MOTO_REQUIREMENT, 'moto_server', '--help'];
			await runInstallCommand(context, 'uvx', args);
		},
		command: (_, port) => ['uvx', '--from', MOTO_REQUIREMENT, 'moto_server', ...listenOn(port)],
	},
	{
		id: 'venv',
		title: 'a private Python environment',
		probe: ({ environment }) => onPath('python3', environment),
		prepare: ensureMotoVenv,
		// Run as a module: the scripts of a renamed environment contain its old path.
		command: ({ cacheDir }, port) => [
			getVenvPython(cacheDir),
			'-m',
			'moto.server',
			...listenOn(port),
		],
	},
];

function listenOn(port: number): string[] {
	return ['-H', '127.0.0.1', '-p', String(port)];
}

function onPath(name: string, environment: NodeJS.ProcessEnv): true | string {
	return findAllOnPath(name, environment).length > 0 || `${name} is not on PATH`;
}

const folderIn = (cacheDir: string) => join(cacheDir, 'moto-venv');

const DRAFT = 'moto-venv.new-';
/** No pip takes that long, so the process that created the draft is gone. */
const OLD_DRAFT_MS = 6 * 3_600_000;

/** The interpreter of the private virtual environment. */
export function getVenvPython(cacheDir: string): string {
	return join(folderIn(cacheDir), 'bin', 'python');
}

/**
 * Creates the private virtual environment once, under a temporary name that is renamed when it is
 * complete. A broken one (Python upgraded, another moto version) is recreated.
 *
 * @throws execa's error of python3 or pip.
 */
export async function ensureMotoVenv(context: MotoSourceContext): Promise<void> {
	const { cacheDir, progress } = context;
	createDirectory(cacheDir);
	if (resolvePrivateDirectory(cacheDir) === undefined) {
		throw new Error(`${cacheDir} is writable by other users, and its programs would be run`);
	}
	if (await works(context)) return;
	await removeOldDrafts(cacheDir);
	const draft = await mkdtemp(join(cacheDir, DRAFT));
	try {
		progress('Creating a private Python environment for the practice cloud (once).');
		await runInstallCommand(context, 'python3', ['-m', 'venv', draft]);
		progress(`Installing ${MOTO_REQUIREMENT}; this takes a minute or two.`);
		const python = join(draft, 'bin', 'python');
		await runInstallCommand(context, python, ['-m', 'pip', 'install', '--quiet', MOTO_REQUIREMENT]);
		// Another process may have finished its own: keep a working one.
		if (await works(context)) return;
		const folder = folderIn(cacheDir);
		const broken = `${draft}.replaced`;
		await rename(folder, broken).catch((error: NodeJS.ErrnoException) => {
			if (error.code !== 'ENOENT') throw error;
		});
		await rename(draft, folder);
		await rm(broken, { recursive: true, force: true });
	} finally {
		await rm(draft, { recursive: true, force: true });
	}
}

async function removeOldDrafts(cacheDir: string): Promise<void> {
	for (const name of await readdir(cacheDir)) {
		if (!name.startsWith(DRAFT)) continue;
		const draft = join(cacheDir, name);
		const { mtimeMs } = await lstat(draft);
		if (Date.now() - mtimeMs > OLD_DRAFT_MS) await rm(draft, { recursive: true, force: true });
	}
}

async function works(context: MotoSourceContext): Promise<boolean> {
	const code = 'import moto, moto.server; print(moto.__version__)';
	const ran = await runHelperProgram(getVenvPython(context.cacheDir), ['-c', code], {
		...{ environment: context.environment, reject: false, timeout: 60_000, signal: context.signal },
	});
	return ran.exitCode === 0 && `${ran.stdout}.`.startsWith(MOTO_SERIES);
}

/**
 * Runs a command that may download something. It is stopped with its children when the signal is
 * aborted or after `limits.fetchMs`.
 *
 * @throws execa's error.
 */
async function runInstallCommand(
	{ environment, signal }: MotoSourceContext,
	command: string,
	args: readonly string[],
): Promise<void> {
	const timeout = limits.fetchMs;
	await trackWait([command, ...args].join(' '), timeout, () =>
		runHelperProgram(command, args, { environment, timeout, signal }),
	);
}

/** The context in which a moto server is found or installed. */
export interface MotoSourceContext {
	/**
	 * The environment of every command; contains nothing of the operator's AWS (see
	 * `createMotoEnvironment`).
	 */
	environment: ChildEnvironment;
	/** The value of TFE_WIZARD_MOTO: the path of a moto_server. */
	givenPath?: string;
	/** Contains the private virtual environment. */
	cacheDir: string;
	progress(text: string): void;
	signal?: AbortSignal;
}

/**
 * The variables that python, pip and uv need to run. All others (AWS_*,
 * TF_*, tokens, passwords) are not passed to the practice cloud.
 */
const passedOn =
	/^(USER|LOGNAME|SHELL|TEMP|TMP|SYSTEMROOT|XDG_\w+|LD_LIBRARY_PATH|DYLD_\w+|PYTHONPATH|PYENV_\w+|PIP_\w+|UV_\w+|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(HTTPS?|ALL|NO)_PROXY)$/i;

/** The environment of the practice cloud and of the commands that find or install it. */
export function createMotoEnvironment(base: NodeJS.ProcessEnv): ChildEnvironment {
	const add = {
		// Issue a requested certificate immediately (moto waits 60 s by default).
		MOTO_ACM_VALIDATION_WAIT: '0',
		// Load the AWS managed policies, so that they can be attached.
		MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
		// Deny access to buckets of other accounts, as AWS does by default.
		MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS: 'false',
		// moto imports botocore, which would otherwise read the operator's profiles.
		AWS_CONFIG_FILE: devNull,
		AWS_SHARED_CREDENTIALS_FILE: devNull,
		AWS_EC2_METADATA_DISABLED: 'true',
		PYTHONUNBUFFERED: '1',
	};
	return buildChildEnvironment({ for: 'helper', inherited: base, pass: passedOn, add });
}
