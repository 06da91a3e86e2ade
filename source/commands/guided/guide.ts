import type { ParsedAnswers } from '../../engine/answers/parse.ts';
import { asWizardError, faults, WizardError } from '../../engine/errors.ts';
import type {
	Action,
	BusyScreen,
	Guide,
	GuideEnd,
	GuideModel,
	WelcomeScreen,
} from '../../engine/guide/model.ts';
import { nextSteps } from '../../engine/next-steps.ts';
import { assertSessionName, recallRecord } from '../../engine/session/session.ts';
import { targetOfSession } from '../../targets/registry.ts';
import type { CommandContext } from '../context.ts';
import { DEFAULT_PRACTICE_SESSION } from '../practice.ts';
import { recallGuide } from './memory.ts';
import {
	askingOfFile,
	askingOfPart,
	askingOfRecord,
	type Opened,
	openPractice,
	openReal,
} from './opened.ts';
import { Sitting } from './sitting.ts';
import { freeName, welcomeScreen } from './welcome-view.ts';

/** Start options from the command line. */
export interface Beginning {
	session?: string;
	practice: boolean;
	file?: ParsedAnswers;
	/** Runs only these steps of an installed session. */
	only?: readonly string[];
}

/** Shows the welcome screen, opens a session, and delegates to its wizard session. */
export class WizardGuide implements Guide {
	readonly ended: Promise<GuideEnd>;
	readonly #context: CommandContext;
	readonly #listeners = new Set<() => void>();
	readonly #end: (end: GuideEnd) => void;
	readonly #file: ParsedAnswers | undefined;
	readonly #only: readonly string[] | undefined;
	#screen: WelcomeScreen | BusyScreen;
	#sitting: Sitting | undefined;
	#model: GuideModel | undefined;
	/** Set if the operator quits while a session is being opened. */
	#quitting = false;

	constructor(context: CommandContext, beginning: Beginning) {
		this.#context = context;
		this.#file = beginning.file;
		this.#only = beginning.only;
		const { promise, resolve } = Promise.withResolvers<GuideEnd>();
		this.ended = promise;
		this.#end = resolve;
		this.#screen = this.#welcome();
		const { session, practice } = beginning;
		if (practice) this.#open(session ?? DEFAULT_PRACTICE_SESSION, true);
		else if (session !== undefined) this.#openNamed(session);
	}

	/** Bound, because front ends pass it on without its object. */
	readonly model = (): GuideModel => {
		this.#model ??= this.#sitting?.model() ?? {
			header: { practice: false },
			rail: [],
			screen: this.#screen,
			ticket: [],
		};
		return this.#model;
	};

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	problemOf(value: unknown): string | undefined {
		return this.#sitting?.problemOf(value);
	}

	act(action: Action): void {
		if (this.#sitting !== undefined) {
			this.#sitting.act(action);
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
		if (this.#sitting !== undefined) {
			this.#sitting.quit();
			return;
		}
		this.#quitting = true;
		if (this.#screen.kind === 'welcome')
			this.#end({ exitCode: faults.cancelled.exitCode, parting: ['Nothing was started.'] });
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
			this.#show(this.#welcome({ naming: { suggestion: freeName(this.#context.home) } }));
	}

	#name(name: string): void {
		const suggestion = name;
		try {
			assertSessionName(name);
		} catch (thrown) {
			const { message, facts } = asWizardError(thrown);
			const problem = `${message.replace(/\.$/, '')}: ${facts.expected ?? ''}`;
			this.#show(this.#welcome({ naming: { suggestion, problem } }));
			return;
		}
		if (recallRecord(this.#context.home, name) !== undefined) {
			const problem = `Session ${name} already exists; go back to resume it, or choose another name`;
			this.#show(this.#welcome({ naming: { suggestion, problem } }));
			return;
		}
		this.#open(name, false);
	}

	#openNamed(name: string): void {
		try {
			this.#open(name, recallRecord(this.#context.home, name)?.practice === true);
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

	async #opened(name: string, practice: boolean): Promise<Opened> {
		if (!practice) return openReal(this.#context, name, this.#file?.baseFolder);
		return openPractice(this.#context, name, (line) => {
			if (this.#screen.kind !== 'busy') return;
			this.#show({ ...this.#screen, lines: [...this.#screen.lines, line] });
		});
	}

	#sit(opened: Opened): void {
		const { session, suggested } = opened;
		const known = recallGuide(session);
		const target = targetOfSession(session.record);
		const { catalogue } = target;
		const begun = askingOfRecord(session.record.answers, catalogue);
		const file = this.#file === undefined ? undefined : askingOfFile(this.#file);
		const fresh = { ...(file ?? begun), suggested: { ...suggested, ...file?.suggested } };
		const memory =
			known === undefined || file !== undefined
				? { asking: fresh, phase: 'asking' as const }
				: known;
		const only = this.#only;
		this.#sitting = new Sitting({
			context: this.#context,
			opened,
			memory:
				only === undefined
					? memory
					: { asking: askingOfPart(memory.asking, only, catalogue), phase: 'asking' },
			only,
			changed: () => this.#publish(),
			end: this.#end,
		});
		if (this.#quitting) {
			this.#sitting.quit();
			return;
		}
		this.#publish();
	}

	#failed(thrown: unknown): void {
		const error = thrown instanceof WizardError ? thrown : asWizardError(thrown);
		if (this.#quitting) {
			this.#end({ exitCode: faults.cancelled.exitCode, parting: ['Nothing was started.'] });
			return;
		}
		const { message, facts } = error;
		const problem = [message, ...(facts.details ?? []), ...nextSteps(facts.next ?? [])].join(' ');
		this.#show(this.#welcome({ problem }));
	}

	#welcome(more: Pick<WelcomeScreen, 'naming' | 'problem'> = {}): WelcomeScreen {
		return welcomeScreen(this.#context.home, more);
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
