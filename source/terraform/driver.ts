import { existsSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { WizardError } from '../engine/errors.ts';
import { quoteExternalLines } from '../engine/escape-for-terminal.ts';
import type { EngineEvent } from '../engine/events.ts';
import { limits } from '../engine/limits.ts';
import { findUnfinishedCommands, type UnfinishedCommand } from './command-logs.ts';
import { getPublicOutputs } from './json-messages.ts';
import { LongCommandRunner, type SuccessfulCommandResult } from './long-command-runner.ts';
import { type PlanSummary, parsePlanSummary } from './plan-summary.ts';
import { ShortCommandRunner } from './short-command-runner.ts';
import type {
	ProcessRecord,
	TerraformEnvironmentVariables,
	TerraformOptions,
} from './terraform-process.ts';
import {
	archiveErroredState,
	createErroredStateError,
	findErroredState,
	hasSameContents,
	isTruncatedState,
	parseStateSummary,
	readErroredState,
	renameTruncatedState,
	type StateSummary,
} from './terraform-state.ts';
import { parseTerraformVersion, type TerraformVersion } from './version.ts';

type Running = AsyncGenerator<EngineEvent, SuccessfulCommandResult>;

/** Flags of all commands that print JSON messages. */
const jsonFlags = ['-json', '-no-color', '-input=false'];

/** Runs Terraform in one root module. Every method throws WizardErrors. */
export class Terraform {
	readonly folder: string;
	readonly logFolder: string;
	readonly #options: TerraformOptions;
	readonly #lockTimeout: string;
	readonly #runner: LongCommandRunner;
	readonly #short: ShortCommandRunner;

	constructor(given: TerraformOptions) {
		this.folder = resolve(given.folder);
		this.logFolder = resolve(given.logFolder);
		this.#options = { ...given, folder: this.folder, logFolder: this.logFolder };
		this.#lockTimeout = `-lock-timeout=${given.lockTimeoutSeconds}s`;
		this.#short = new ShortCommandRunner(this.#options);
		this.#runner = new LongCommandRunner(this.#options);
	}

	/** Announces a command, because some print nothing for a while. */
	announce(command: 'init' | 'plan' | 'apply'): EngineEvent {
		const { step, binary } = this.#options;
		const argv = [binary, command];
		return { type: 'command', step, phase: 'started', argv, cwd: this.folder };
	}

	/** The version of this Terraform. Throws `preflight` if it is missing or prints no version. */
	async version(): Promise<TerraformVersion> {
		const { binary, versionMs: limitMs = limits.terraformVersionMs } = this.#options;
		// Not in the root module, whose lock file `version` would read, and not in a temporary
		// directory, where any user could place a file that selects the version for a version manager.
		const folder = existsSync(this.logFolder) ? this.logFolder : parse(this.folder).root;
		const { stdout } = await this.#short.run('version', ['version'], { folder, limitMs });
		const version = parseTerraformVersion(stdout);
		if (version !== undefined) return version;
		throw new WizardError('preflight', {
			message: `${binary} version did not print a Terraform version.`,
			expected: 'a first line like "Terraform v1.11.4"',
			details: quoteExternalLines(stdout).slice(0, 5),
		});
	}

	/**
	 * @param migrateState Copies the state to the new backend without asking, and overwrites a state
	 *   there: check first. By -force-copy, because -migrate-state excludes -json.
	 */
	init({ migrateState = false }: { migrateState?: boolean } = {}): Running {
		const { pluginDir } = this.#options;
		const argv = ['init', ...jsonFlags, this.#lockTimeout];
		if (migrateState) argv.push('-force-copy');
		if (pluginDir !== undefined) argv.push(`-plugin-dir=${pluginDir}`);
		return this.#runner.run('init', argv);
	}

	/** Writes the plan to `planFile` with mode 0600, because it contains the state and every variable. */
	async *plan(planFile: string, variables?: TerraformEnvironmentVariables): Running {
		await this.#requireNoErroredState();
		const out = resolve(this.folder, planFile);
		await rm(out, { force: true });
		// Terraform keeps the mode of an existing file and would create one that is readable by all.
		await (await open(out, 'wx', 0o600)).close();
		// The exit code then reports whether there are changes.
		const flags = [...jsonFlags, '-detailed-exitcode', this.#lockTimeout];
		try {
			return yield* this.#runner.run('plan', ['plan', ...flags, `-out=${out}`], variables);
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
	async *apply(planFile: string, variables?: TerraformEnvironmentVariables): Running {
		await this.#requireNoErroredState();
		const argv = ['apply', ...jsonFlags, this.#lockTimeout, resolve(this.folder, planFile)];
		return yield* this.#runner.run('apply', argv, variables);
	}

	/** Long commands in this log directory whose end was not observed; attach to them. */
	unfinished(): UnfinishedCommand[] {
		return findUnfinishedCommands(this.logFolder);
	}

	/** Follows a command of an earlier process to its end; see `LongCommandRunner.attach`. */
	attach(record: ProcessRecord): Running {
		return this.#runner.attach(record);
	}

	/** See `LongCommandRunner.interrupt`. */
	interrupt(): 0 | 1 | 2 {
		return this.#runner.interrupt();
	}

	/** The root module's outputs, without sensitive ones. */
	async outputs(): Promise<Readonly<Record<string, unknown>>> {
		const result = await this.#short.run('output', ['output', '-json', '-no-color']);
		try {
			return getPublicOutputs(JSON.parse(result.stdout));
		} catch {
			throw this.#short.failure('output', result);
		}
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
	async *relabelState(lineage: string, serial: number): AsyncGenerator<EngineEvent, void> {
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
		const result = await this.#short.run('state list', ['state', 'list'], { good: [0, 1] });
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
	async *pushErroredState(): AsyncGenerator<EngineEvent, string | undefined> {
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
