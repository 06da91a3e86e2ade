import { existsSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';
import { quoteExternalLines } from '../engine/terminal-escape.ts';
import {
	formatInitArguments,
	formatPlanArguments,
	type InitOptions,
	type PlanOptions,
} from './cli-arguments.ts';
import { findUnfinishedCommands, type UnfinishedCommand } from './command-logs.ts';
import type { ProcessRecord } from './detached-process.ts';
import { parseDiagnostic, type TerraformDiagnostic } from './diagnostics.ts';
import type { TerraformOptions } from './driver-options.ts';
import { estimateDuration } from './duration-estimates.ts';
import { createTerraformEnvironment, createVersionEnvironment } from './environment.ts';
import {
	archiveErroredState,
	createErroredStateError,
	findErroredState,
	isTruncatedState,
	readErroredState,
	renameTruncatedState,
} from './errored-state.ts';
import type { TerraformEvent } from './json-messages.ts';
import { type CommandOutcome, LongCommandRunner } from './long-command-runner.ts';
import { type PlanSummary, parsePlanSummary } from './plan-summary.ts';
import { ShortCommandRunner } from './short-command-runner.ts';
import { hasSameContents, parseStateSummary, type StateSummary } from './state-summary.ts';
import { parseTerraformVersion, type TerraformVersion } from './version.ts';

export type { InitOptions, PlanOptions } from './cli-arguments.ts';
export type { TerraformOptions } from './driver-options.ts';
export type { CommandOutcome } from './long-command-runner.ts';

interface TerraformOutput {
	/** In plaintext, even if sensitive. */
	value: unknown;
	sensitive: boolean;
}

type Running = AsyncGenerator<TerraformEvent, CommandOutcome>;

/** Runs Terraform in one root module. Every method throws WizardErrors. */
export class Terraform {
	readonly binary: string;
	readonly folder: string;
	readonly logFolder: string;
	readonly #mask: (text: string) => string;
	readonly #pluginDir: string | undefined;
	readonly #lockTimeout: string;
	readonly #runner: LongCommandRunner;
	readonly #short: ShortCommandRunner;
	readonly #versionMs: number;

	constructor(options: TerraformOptions) {
		this.binary = options.binary ?? 'terraform';
		this.folder = resolve(options.folder);
		this.logFolder = resolve(options.logFolder);
		this.#mask = (text) => options.mask?.(text) ?? text;
		this.#pluginDir = options.pluginDir;
		this.#versionMs = options.versionMs ?? limits.terraformVersionMs;
		this.#lockTimeout = `-lock-timeout=${options.lockTimeoutSeconds ?? 60}s`;
		const shared = {
			binary: this.binary,
			folder: this.folder,
			environment: createTerraformEnvironment(options.environment, {}, options.secretVariables),
			signal: options.signal,
			mask: this.#mask,
		};
		const { environment, variables, secretVariables } = options;
		this.#short = new ShortCommandRunner({
			...shared,
			versionEnvironment: createVersionEnvironment(environment),
		});
		this.#runner = new LongCommandRunner({
			...shared,
			withVariables: createTerraformEnvironment(environment, variables, secretVariables),
			logFolder: this.logFolder,
			pluginDir: this.#pluginDir,
			onProcess: options.onProcess,
			graceMs: options.graceMs,
			usual: options.usual ?? estimateDuration,
		});
	}

	/** The version of this Terraform. Throws `preflight` if it is missing or prints no version. */
	async version(): Promise<TerraformVersion> {
		// Not in the root module, whose lock file `version` would read, and not in a temporary
		// directory, where any user could place a file that selects the version for a version manager.
		const folder = existsSync(this.logFolder) ? this.logFolder : parse(this.folder).root;
		const { stdout } = await this.#short.run('version', ['version'], folder, [0], this.#versionMs);
		const version = parseTerraformVersion(stdout);
		if (version !== undefined) return version;
		throw new WizardError('preflight', {
			message: `${this.binary} version did not print a Terraform version.`,
			expected: 'a first line like "Terraform v1.11.4"',
			details: quoteExternalLines(this.#mask(stdout)).slice(0, 5),
		});
	}

	/**
	 * `migrateState` copies the state to the new backend and overwrites a state there: check first.
	 */
	init(options: InitOptions = {}): Running {
		return this.#runner.run(
			'init',
			formatInitArguments(options, this.#lockTimeout, this.#pluginDir),
		);
	}

	async validate(): Promise<{ valid: boolean; diagnostics: readonly TerraformDiagnostic[] }> {
		const argv = ['validate', '-json', '-no-color'];
		const result = await this.#short.run('validate', argv, this.folder, [0, 1]);
		const report = this.#short.json('validate', result) as {
			valid?: boolean;
			diagnostics?: unknown[];
		};
		const diagnostics = (report.diagnostics ?? []).map(parseDiagnostic);
		return { valid: report.valid === true, diagnostics };
	}

	/** Writes the plan to `out` with mode 0600, because it contains the state and every variable. */
	async *plan(options: PlanOptions): Running {
		await this.#requireNoErroredState();
		const out = resolve(this.folder, options.out);
		await rm(out, { force: true });
		// Terraform keeps the mode of an existing file and would create one that is readable by all.
		await (await open(out, 'wx', 0o600)).close();
		try {
			return yield* this.#runner.run(
				'plan',
				formatPlanArguments({ ...options, out }, this.#lockTimeout),
			);
		} catch (error) {
			await rm(out, { force: true });
			throw error;
		}
	}

	/** Summarizes a saved plan without sensitive values. */
	async show(planFile: string): Promise<PlanSummary> {
		const argv = ['show', '-json', '-no-color', resolve(this.folder, planFile)];
		return parsePlanSummary((await this.#short.run('show', argv)).stdout);
	}

	/** Applies exactly this plan file. Terraform refuses a stale one: plan again. */
	async *apply(planFile: string): Running {
		await this.#requireNoErroredState();
		const flags = ['-json', '-no-color', '-input=false', this.#lockTimeout];
		return yield* this.#runner.run('apply', ['apply', ...flags, resolve(this.folder, planFile)]);
	}

	/** Long commands in this log directory whose end was not observed; attach to them. */
	unfinished(): UnfinishedCommand[] {
		return findUnfinishedCommands(this.logFolder);
	}

	/** Follows a command of an earlier process to its end; see `CommandRunner.attach`. */
	attach(record: ProcessRecord): Running {
		return this.#runner.attach(record);
	}

	/** See `CommandRunner.interrupt`. */
	interrupt(): 0 | 1 | 2 {
		return this.#runner.interrupt();
	}

	/** The root module's outputs, sensitive ones in plaintext: keep them in memory. */
	async outputs(): Promise<Record<string, TerraformOutput>> {
		const result = await this.#short.run('output', ['output', '-json', '-no-color']);
		const raw = this.#short.json('output', result) as Record<string, TerraformOutput>;
		return Object.fromEntries(
			Object.entries(raw).map(([name, { value, sensitive }]) => [name, { value, sensitive }]),
		);
	}

	async statePull(): Promise<StateSummary> {
		return parseStateSummary(await this.#pull());
	}

	/**
	 * Restores the lineage and at least the serial that the state had before it was copied. `init`
	 * resets both when it copies to an empty backend (seen with Terraform 1.11.4), and a state with
	 * another lineage is unrelated to all earlier copies. Only those two lines are changed, and the
	 * push is forced because Terraform accepts no other lineage otherwise. The temporary copy is in
	 * the stack's own directory, where state may be stored, and only during the push.
	 */
	async *relabelState(lineage: string, serial: number): AsyncGenerator<TerraformEvent, void> {
		const text = (await this.#pull())
			.replace(/(?<=^ {2}"lineage": )"[^"]*"/m, () => JSON.stringify(lineage))
			.replace(/(?<=^ {2}"serial": )\d+/m, () => String(serial));
		const file = join(this.folder, '.relabelled.tfstate');
		// A file left by a killed run would keep its mode, so remove it first.
		await rm(file, { force: true });
		try {
			await writeFile(file, text, { mode: 0o600, flag: 'wx' });
			yield* this.#runner.run('state push', ['state', 'push', '-force', this.#lockTimeout, file]);
		} finally {
			await rm(file, { force: true });
		}
	}

	/** Addresses in the state; none if there is no state yet. */
	async stateList(): Promise<string[]> {
		const result = await this.#short.run('state list', ['state', 'list'], this.folder, [0, 1]);
		if (result.exitCode === 0) return result.stdout.split('\n').filter((line) => line !== '');
		if (result.stderr.includes('No state file was found')) return [];
		throw this.#short.failure('state list', result);
	}

	/** Removes the mark that makes Terraform replace a resource. Idempotent. */
	async untaint(address: string): Promise<void> {
		const argv = ['untaint', '-no-color', '-allow-missing', this.#lockTimeout, '--', address];
		await this.#short.run('untaint', argv);
	}

	/** Removes a lock. Call it only if the operator confirms that its owner no longer runs. */
	async forceUnlock(id: string): Promise<void> {
		await this.#short.run('force-unlock', ['force-unlock', '-force', '--', id]);
	}

	/**
	 * Pushes a leftover `errored.tfstate` to the backend, then renames it. Harmless if it was pushed
	 * manually before. Never with -force: Terraform refuses an older state.
	 *
	 * @returns the new path of the file, or undefined if there was none
	 */
	async *pushErroredState(): AsyncGenerator<TerraformEvent, string | undefined> {
		const path = findErroredState(this.folder);
		if (path === undefined) return undefined;
		const errored = await readErroredState(path);
		if (!isTruncatedState(errored)) await renameTruncatedState(this.folder);
		if (!hasSameContents(errored, await this.#pull())) {
			yield* this.#runner.run('state push', ['state', 'push', this.#lockTimeout, path]);
		}
		return archiveErroredState(path);
	}

	async #requireNoErroredState(): Promise<void> {
		const path = findErroredState(this.folder);
		if (path === undefined) return;
		const pushedByHand = await this.#pull().then(
			async (state) => hasSameContents(await readErroredState(path), state),
			() => false,
		);
		if (!pushedByHand) throw createErroredStateError(this.folder);
		await archiveErroredState(path);
	}

	async #pull(): Promise<string> {
		return (await this.#short.run('state pull', ['state', 'pull'])).stdout;
	}
}
