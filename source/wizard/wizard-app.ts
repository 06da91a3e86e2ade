import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ParsedAnswers } from '../engine/answers/parse-answers.ts';
import { errorCodes, toWizardError, WizardError } from '../engine/errors.ts';
import { deduplicateNextSteps } from '../engine/format-next-steps.ts';
import { assertSessionName, readSessionRecord } from '../engine/session/session.ts';
import { buildSessionPaths } from '../engine/session/session-directories.ts';
import { findRunningLockHolder } from '../engine/session/session-lock.ts';
import {
	listSessionNames,
	readStoredSessionState,
	type SessionRecord,
} from '../engine/session/session-record.ts';
import { DEFAULT_PRACTICE_SESSION, DEFAULT_SESSION } from '../runs/directories.ts';
import { describeSessionProblem } from '../runs/read-session.ts';
import type { CommandLineContext } from '../runs/run-session.ts';
import { describeSessionStatus, hasEveryStepCompleted } from '../runs/session-status.ts';
import { getSessionTarget } from '../targets/registry.ts';
import {
	createInterviewForSteps,
	createInterviewFromParsedAnswers,
	createInterviewFromStoredAnswers,
	type OpenedSession,
	openPracticeSession,
	openRealSession,
} from './open-session-and-interview.ts';
import { loadWizardState } from './wizard-phase.ts';
import { WizardSession } from './wizard-session.ts';
import {
	type BusyScreen,
	type Choice,
	WELCOME_LINES,
	type WelcomeScreen,
	type WizardAction,
	type WizardController,
	type WizardExit,
	type WizardViewModel,
} from './wizard-view-model.ts';

/** Start options from the command line. */
export interface WizardAppOptions {
	session?: string;
	practice: boolean;
	file?: ParsedAnswers;
	/** Runs only these steps of an installed session. */
	only?: readonly string[];
}

/** Shows the welcome screen, opens a session, and delegates to its wizard session. */
export class WizardApp implements WizardController {
	readonly ended: Promise<WizardExit>;
	readonly #context: CommandLineContext;
	readonly #listeners = new Set<() => void>();
	readonly #end: (end: WizardExit) => void;
	readonly #file: ParsedAnswers | undefined;
	readonly #only: readonly string[] | undefined;
	#screen: WelcomeScreen | BusyScreen;
	#session: WizardSession | undefined;
	#model: WizardViewModel | undefined;
	/** Set if the operator quits while a session is being opened. */
	#quitting = false;

	constructor(context: CommandLineContext, beginning: WizardAppOptions) {
		this.#context = context;
		this.#file = beginning.file;
		this.#only = beginning.only;
		const { promise, resolve } = Promise.withResolvers<WizardExit>();
		this.ended = promise;
		this.#end = resolve;
		this.#screen = this.#welcome();
		const { session, practice } = beginning;
		if (practice) this.#open(session ?? DEFAULT_PRACTICE_SESSION, true);
		else if (session !== undefined) this.#openNamed(session);
	}

	/** Bound, because front ends pass it on without its object. */
	readonly model = (): WizardViewModel => {
		this.#model ??= this.#session?.model() ?? {
			header: { practice: false },
			stepper: [],
			screen: this.#screen,
			answerSummary: [],
		};
		return this.#model;
	};

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	validate(value: unknown): string | undefined {
		return this.#session?.validate(value);
	}

	validateItems(items: readonly string[]): ReadonlyMap<number, string> {
		return this.#session?.validateItems(items) ?? new Map();
	}

	act(action: WizardAction): void {
		if (this.#session !== undefined) {
			this.#session.act(action);
			return;
		}
		if (action.type === 'interrupt' || action.type === 'leave') {
			this.quit();
			return;
		}
		if (this.#screen.kind !== 'welcome') return;
		if (action.type === 'choose') this.#choose(action.value);
		else if (action.type === 'name') this.#name(action.name);
		else if (action.type === 'back') this.#show(this.#welcome());
	}

	/** Quits without confirmation, after a signal or when the terminal is closed. */
	quit(): void {
		if (this.#session !== undefined) {
			this.#session.quit();
			return;
		}
		this.#quitting = true;
		if (this.#screen.kind === 'welcome')
			this.#end({ exitCode: errorCodes.cancelled.exitCode, lines: ['Nothing was started.'] });
	}

	#choose(value: string): void {
		if (value === 'practice') {
			this.#open(DEFAULT_PRACTICE_SESSION, true);
			return;
		}
		if (value.startsWith('resume:')) {
			this.#openNamed(value.slice('resume:'.length));
			return;
		}
		if (value === 'new')
			this.#show(
				this.#welcome({ namePrompt: { suggestion: findFreeSessionName(this.#context.home) } }),
			);
	}

	#name(name: string): void {
		const suggestion = name;
		try {
			assertSessionName(name);
		} catch (thrown) {
			const { message, facts } = toWizardError(thrown);
			const problem = `${message.replace(/\.$/, '')}: ${facts.expected ?? ''}`;
			this.#show(this.#welcome({ namePrompt: { suggestion, problem } }));
			return;
		}
		if (readSessionRecord(this.#context.home, name) !== undefined) {
			const problem = `Session ${name} already exists; go back to resume it, or choose another name`;
			this.#show(this.#welcome({ namePrompt: { suggestion, problem } }));
			return;
		}
		this.#open(name, false);
	}

	#openNamed(name: string): void {
		try {
			this.#open(name, readSessionRecord(this.#context.home, name)?.practice === true);
		} catch (thrown) {
			this.#failed(thrown);
		}
	}

	#open(name: string, practice: boolean): void {
		const title = practice ? 'Starting the practice cloud' : `Opening session ${name}`;
		this.#show({ kind: 'busy', title, lines: [], since: Date.now() });
		void this.#opened(name, practice).then(
			(opened) => this.#sit(opened),
			(thrown) => this.#failed(thrown),
		);
	}

	async #opened(name: string, practice: boolean): Promise<OpenedSession> {
		if (!practice) return openRealSession(this.#context, name, this.#file?.baseFolder);
		return openPracticeSession(this.#context, name, (line) => {
			if (this.#screen.kind !== 'busy') return;
			this.#show({ ...this.#screen, lines: [...this.#screen.lines, line] });
		});
	}

	#sit(opened: OpenedSession): void {
		const { session, suggested } = opened;
		const { catalogue } = getSessionTarget(session.record);
		const file =
			this.#file === undefined ? undefined : createInterviewFromParsedAnswers(this.#file);
		const stored = file === undefined ? loadWizardState(session) : undefined;
		const initial = file ?? createInterviewFromStoredAnswers(session.record.answers, catalogue);
		const fresh = { ...initial, suggested: { ...suggested, ...file?.suggested } };
		const state = stored ?? { asking: fresh, phase: 'asking' as const };
		const only = this.#only;
		this.#session = new WizardSession({
			context: this.#context,
			opened,
			state:
				only === undefined
					? state
					: { asking: createInterviewForSteps(state.asking, only, catalogue), phase: 'asking' },
			only,
			changed: () => this.#publish(),
			end: this.#end,
		});
		if (this.#quitting) {
			this.#session.quit();
			return;
		}
		this.#publish();
	}

	#failed(thrown: unknown): void {
		const error = thrown instanceof WizardError ? thrown : toWizardError(thrown);
		if (this.#quitting) {
			this.#end({ exitCode: errorCodes.cancelled.exitCode, lines: ['Nothing was started.'] });
			return;
		}
		const { message, facts } = error;
		const problem = [
			message,
			...(facts.details ?? []),
			...deduplicateNextSteps(facts.next ?? []),
		].join(' ');
		this.#show(this.#welcome({ problem }));
	}

	#welcome(more: Pick<WelcomeScreen, 'namePrompt' | 'problem'> = {}): WelcomeScreen {
		return createWelcomeScreen(this.#context.home, more);
	}

	#show(screen: WelcomeScreen | BusyScreen): void {
		this.#screen = screen;
		this.#publish();
	}

	#publish(): void {
		this.#model = undefined;
		for (const listener of this.#listeners) listener();
	}
}

interface Known {
	name: string;
	record: SessionRecord;
	lastAt: string;
	finished: boolean;
}

/** Sessions on this computer: unfinished first, then by last activity. */
function knownSessions(home: string): Known[] {
	return listSessionNames(home)
		.flatMap((name): Known[] => {
			const state = readStoredSessionState(home, name);
			if (!('record' in state)) return [];
			const { record } = state;
			const times = Object.values(record.steps).map(({ at }) => at);
			const lastAt = [record.createdAt, ...times].sort().at(-1) ?? record.createdAt;
			return [{ name, record, lastAt, finished: hasEveryStepCompleted(record) }];
		})
		.sort((a, b) => Number(a.finished) - Number(b.finished) || b.lastAt.localeCompare(a.lastAt));
}

/** Sessions that this version cannot open, as unavailable choices. */
function unreadable(home: string): Choice[] {
	return listSessionNames(home).flatMap((name): Choice[] => {
		const state = readStoredSessionState(home, name);
		const refusal = describeSessionProblem(state);
		if ('record' in state || state.kind === 'empty' || refusal === undefined) return [];
		return [{ value: `resume:${name}`, label: `Session ${name}`, refusal }];
	});
}

/** Creates the welcome screen: resume a session, create one, or practice mode. */
export function createWelcomeScreen(
	home: string,
	more: Pick<WelcomeScreen, 'namePrompt' | 'problem'> = {},
): WelcomeScreen {
	const known = knownSessions(home);
	const resume = known.map((one) => resumeChoice(home, one));
	const fresh: Choice[] = [
		{
			value: 'new',
			label: 'Install into an AWS account',
			hint: 'creates a new session',
		},
		{
			value: 'practice',
			label: 'Try it locally (practice mode)',
			hint: 'about 3 minutes, no AWS account, no cost',
		},
	];
	const open = known.filter(({ finished }) => !finished).length;
	return {
		kind: 'welcome',
		introduction: WELCOME_LINES,
		choices: [...resume.slice(0, open), ...fresh, ...resume.slice(open), ...unreadable(home)],
		...more,
	};
}

function resumeChoice(home: string, { name, record, lastAt, finished }: Known): Choice {
	const holder = findRunningLockHolder(join(buildSessionPaths(home, name).root, 'lock'));
	const { account, region } = record.answers;
	const facts = [
		record.practice ? 'practice' : account,
		region,
		describeSessionStatus(home, name, record),
		`${lastAt.slice(0, 16).replace('T', ' ')} UTC`,
	].filter((fact) => fact !== undefined && fact !== '');
	return {
		value: `resume:${name}`,
		label: finished ? `View ${name}` : `Resume ${name}`,
		hint: facts.join(' · '),
		refusal: holder && 'in use by another tfe-wizard process',
	};
}

/** Finds an unused session name. */
function findFreeSessionName(home: string): string {
	const taken = (name: string) => existsSync(buildSessionPaths(home, name).root);
	if (!taken(DEFAULT_SESSION)) return DEFAULT_SESSION;
	for (let n = 2; ; n += 1) if (!taken(`${DEFAULT_SESSION}-${n}`)) return `${DEFAULT_SESSION}-${n}`;
}
