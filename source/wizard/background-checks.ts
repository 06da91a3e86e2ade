import { toWizardError } from '../engine/errors.ts';
import { BLOCKED_BY_ANSWERS, type CheckEvent } from '../engine/events.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import type { CheckItem, ChecksScreen } from './wizard-model.ts';

/** Runs the checks of a step in the background and stores their results. */
export class BackgroundChecks {
	readonly #look: (only: readonly string[] | undefined) => AsyncGenerator<CheckEvent>;
	readonly #changed: () => void;
	readonly #secrets: SecretRegistry;
	readonly #lines = new Map<string, CheckItem>();
	#waiting = new Set<string>();
	#since = 0;
	#seconds: number | undefined;
	#round = 0;
	#state: 'fresh' | 'running' | 'done' = 'fresh';
	#broken: string | undefined;

	constructor(
		look: (only: readonly string[] | undefined) => AsyncGenerator<CheckEvent>,
		changed: () => void,
		secrets: SecretRegistry,
	) {
		this.#look = look;
		this.#secrets = secrets;
		this.#changed = changed;
	}

	/** Runs the checks unless they have run since `forget`. */
	ensure(): void {
		if (this.#state === 'fresh') void this.again();
	}

	/** Discards the results, after an answer they depend on has changed. */
	forget(): void {
		this.#round += 1;
		this.#state = 'fresh';
		this.#lines.clear();
	}

	/** Discards the results if some checks were waiting for answers. */
	forgetWaiting(): void {
		if (this.#waiting.size > 0) this.forget();
	}

	/** Runs all checks again, or one. */
	async again(only?: string): Promise<void> {
		this.#round += 1;
		const round = this.#round;
		this.#state = 'running';
		this.#since = Date.now();
		this.#seconds = undefined;
		this.#broken = undefined;
		if (only === undefined) this.#waiting = new Set();
		for (const [id, line] of this.#lines)
			if (only === undefined || only === id) this.#lines.set(id, { ...line, result: 'running' });
		this.#changed();
		try {
			for await (const event of this.#look(only === undefined ? undefined : [only])) {
				if (round !== this.#round) return;
				this.#see(this.#secrets.maskShown(event));
				this.#changed();
			}
		} catch (thrown) {
			if (round !== this.#round) return;
			this.#broken = this.#secrets.mask(toWizardError(thrown).message);
		}
		for (const [id, { result }] of this.#lines) if (result === 'running') this.#lines.delete(id);
		this.#state = 'done';
		this.#seconds = Math.round((Date.now() - this.#since) / 100) / 10;
		this.#changed();
	}

	#see({ id, title, severity, result, found, fix, blockedBy }: CheckEvent): void {
		if (blockedBy === BLOCKED_BY_ANSWERS) {
			this.#waiting.add(id);
			this.#lines.delete(id);
			return;
		}
		this.#lines.set(id, {
			id,
			title,
			severity,
			result,
			found,
			...(fix === undefined ? {} : { fix }),
			...(blockedBy === undefined ? {} : { blockedBy }),
		});
	}

	screen(step: string): ChecksScreen {
		const broken: CheckItem[] =
			this.#broken === undefined
				? []
				: [
						{
							id: 'checks',
							title: 'The checks can run',
							severity: 'blocker',
							result: 'fail',
							found: this.#broken,
						},
					];
		const checks = [...broken, ...this.#lines.values()].sort((a, b) => rank(a) - rank(b));
		const blocked = checks.some(
			({ severity, result }) => severity === 'blocker' && result === 'fail',
		);
		return {
			kind: 'checks',
			step,
			checks,
			running: this.#state === 'done' ? 0 : Math.max(1, running(checks)),
			since: this.#since,
			...(this.#seconds === undefined ? {} : { seconds: this.#seconds }),
			waiting: this.#waiting.size,
			canGoOn: this.#state === 'done' && !blocked,
		};
	}
}

const running = (checks: readonly CheckItem[]) =>
	checks.filter(({ result }) => result === 'running').length;

/** Worst first. */
function rank({ severity, result }: CheckItem): number {
	if (result === 'fail') return { blocker: 0, warning: 1, info: 3 }[severity];
	return { unknown: 2, running: 4, pass: 5 }[result];
}
