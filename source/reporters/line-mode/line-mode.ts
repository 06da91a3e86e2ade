import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { suspendProcess } from '../../engine/suspend-process.ts';
import type { RevealSharePrompt } from '../../vault/ceremony/ceremony-prompt-types.ts';
import {
	detectTerminalRecorders,
	readAncestorProcessNames,
} from '../../wizard/detect-terminal-recorders.ts';
import { createTestIdleReporter } from '../../wizard/test-idle-reports.ts';
import type {
	ProgressScreen,
	WizardAction,
	WizardController,
	WizardViewModel,
} from '../../wizard/wizard-view-model.ts';
import {
	COPY_INDENT,
	isAsciiTerminal,
	replaceTypographicCharacters,
	spellOutUnits,
	wrapForTerminal,
} from '../format.ts';
import {
	AFTER_REVEAL_HINT,
	expectsSecret,
	findCommandInSecretInput,
	handleTypedCeremonySecret,
} from './handle-ceremony.ts';
import { handleLine } from './handle-line.ts';
import type { LineResult, PendingInput } from './line-commands.ts';
import { createShareDisplay } from './render-ceremony.ts';
import { getScreenId, renderModelChanges } from './render-screen.ts';
import { createLineQueue, openTerminalInput } from './terminal-input.ts';

const WIDTH = 80;
const PROMPT = '> ';
/** Interval of checks for slow resources. */
const LOOK_MS = 5000;
/** Time for the guide to respond before the next prompt. */
const ANSWER_MS = 80;
/** Replaces hidden input that is not a command; it matches nothing. */
const NO_COMMAND = '(unseen)';

interface LineModeStreams {
	stdin: NodeJS.ReadableStream;
	stdout: NodeJS.WritableStream & { columns?: number; rows?: number; isTTY?: boolean };
	env: NodeJS.ProcessEnv;
	/** ms since the epoch. */
	now?: () => number;
}

/**
 * Runs the guided installation in plain lines, for screen readers and terminals that cannot repaint.
 * Each change is printed once, and typed lines are the input. Resolves when the guide has ended.
 */
export async function runLineMode(
	guide: WizardController,
	streams: LineModeStreams,
): Promise<void> {
	const { stdin, now = Date.now } = streams;
	const takes = () => !over && !leaving && takesAnswers(guide.model());
	const speaker = speakerOn(streams, takes, () => marks.touched());
	const share = createShareDisplay(streams.stdout, streams.env);
	// The next prompt follows typed input after at most ANSWER_MS.
	const marks = createTestIdleReporter(guide, streams, () => speaker.waits(), ANSWER_MS);
	const around = [
		...share.warnings,
		...detectTerminalRecorders(streams.env, readAncestorProcessNames(process.ppid)),
	];
	let lastModel: WizardViewModel | undefined;
	let run: ProgressScreen | undefined;
	let last = now();
	let pendingInput: PendingInput | undefined;
	let gone = false;
	let answered = false;
	let over = false;
	let leaving = false;

	const render = () => {
		const model = guide.model();
		const before = lastModel;
		const moved = before === undefined || getScreenId(before.screen) !== getScreenId(model.screen);
		const moment = { now: now(), last, run, answered, recorders: around };
		lastModel = model;
		last = moment.now;
		if (model !== before) answered = leaving = false;
		if (moved) dropPendingInput();
		if (model.screen.kind === 'progress') run = model.screen;
		speaker.speak(renderModelChanges(model, before, moment));
		if (!gone) speaker.prompt();
		else if (moved || model.stop !== undefined) leave(guide);
		if (model !== before) typed.look();
		updateInputMode();
	};
	/** Switches the echo off as soon as a secret may be typed. */
	const updateInputMode = () => {
		const { screen, stop } = guide.model();
		const secret = pendingInput?.kind === 'shown' || expectsSecret(screen);
		input.setMode(secret && stop === undefined ? 'secrets' : 'lines');
	};
	/** Drops pending input and wipes its secrets. */
	const dropPendingInput = () => {
		share.hide();
		if (pendingInput?.kind === 'again') pendingInput.first.wipe();
		pendingInput = undefined;
	};
	const handle = (line: string) =>
		applyResult(handleLine(guide.model(), line, { pending: pendingInput, validate, now: now() }));
	const handleTypedLine = (line: string) => {
		speaker.entered();
		handle(line);
		marks.handled();
	};
	const handleTypedSecret = (secret: SecretBytes) => {
		marks.handled();
		speaker.entered(true);
		const { screen } = guide.model();
		const shown = pendingInput?.kind === 'shown';
		const command = findCommandInSecretInput(secret, { shown });
		if (command === undefined && expectsSecret(screen))
			return applyResult(handleTypedCeremonySecret(screen, secret, pendingInput));
		secret.wipe();
		handle(command ?? (shown ? NO_COMMAND : ''));
	};
	const hideShown = () => {
		if (!share.shown) return;
		share.hide();
		speaker.speak([`Hidden again. ${AFTER_REVEAL_HINT}`]);
		speaker.prompt();
	};
	const reveal = (prompt: RevealSharePrompt): WizardAction | undefined => {
		pendingInput = { kind: 'shown' };
		updateInputMode();
		const refusal = share.show(prompt, hideShown);
		if (refusal === undefined) return undefined;
		pendingInput = undefined;
		speaker.speak([refusal.words]);
		return refusal.forGood ? { type: 'not-now' } : undefined;
	};
	const applyResult = (result: LineResult) => {
		share.hide();
		// Something other than the repeated passphrase was typed; it has to be entered again.
		if (pendingInput?.kind === 'again' && result.action?.type !== 'give') pendingInput.first.wipe();
		pendingInput = result.pending;
		speaker.speak(result.output ?? []);
		const action = result.reveal === undefined ? result.action : reveal(result.reveal);
		if (action === undefined) {
			updateInputMode();
			return speaker.prompt();
		}
		typed.await();
		answered = action.type === 'answer';
		leaving = action.type === 'leave';
		guide.act(action);
		setTimeout(speaker.prompt, ANSWER_MS).unref();
	};
	const validate = (value: unknown) => guide.validate(value);
	const handleInputEnd = () => {
		if (over) return;
		gone = true;
		leave(guide);
	};
	const typed = createLineQueue({
		atOnce: fromTerminal(stdin),
		ready: () => takesAnswers(guide.model()),
		handleLine: handleTypedLine,
		closed: handleInputEnd,
	});

	const interrupt = () => {
		dropPendingInput();
		guide.act({ type: 'interrupt' });
	};
	const input = openTerminalInput(stdin, {
		line: typed.add,
		closed: typed.close,
		secret: handleTypedSecret,
		interrupt,
	});
	const suspend = async () => {
		hideShown();
		const takeAgain = input.lend();
		await suspendProcess();
		takeAgain();
	};
	process.on('SIGTSTP', suspend);
	// Without raw mode, ctrl-c is a signal, which the caller may already handle.
	const alone = process.listenerCount('SIGINT') === 0;
	if (alone) process.on('SIGINT', interrupt);
	// The output is closed. The handler stays, because the last lines are written after the end.
	streams.stdout.on('error', handleInputEnd);
	const look = setInterval(render, LOOK_MS);
	const unsubscribe = guide.subscribe(render);
	try {
		speaker.speak(['Line mode. Type help at any time for a list of commands.']);
		render();
		await guide.ended;
	} finally {
		over = true;
		marks.end();
		unsubscribe();
		clearInterval(look);
		typed.end();
		if (alone) process.off('SIGINT', interrupt);
		process.off('SIGTSTP', suspend);
		dropPendingInput();
		input.end();
		speaker.speak([]);
	}
}

/** Prints lines and one prompt at a time; output while the prompt is shown starts on a new line. */
function speakerOn(
	{ stdin, stdout, env }: LineModeStreams,
	takes: () => boolean,
	printed: () => void,
) {
	const ascii = isAsciiTerminal(env);
	let prompted = false;
	const endLine = () => {
		if (prompted) stdout.write('\n');
		prompted = false;
	};
	return {
		/** Whether the prompt is shown and accepts an answer. */
		waits: () => prompted && takes(),
		speak(lines: readonly string[]) {
			if (lines.length === 0) return takes() ? undefined : endLine();
			endLine();
			const width = stdout.columns ?? (Number(env.COLUMNS) || WIDTH);
			const text = wrapForTerminal(lines.map(inFull), width).join('\n');
			stdout.write(`${ascii ? replaceTypographicCharacters(text) : text}\n`);
			printed();
		},
		prompt() {
			if (prompted || !takes()) return;
			stdout.write(PROMPT);
			prompted = true;
			printed();
		},
		/** A line was entered: a terminal is on a new line then, unless the input was hidden. */
		entered(unseen = false) {
			// A pipe does not echo Enter.
			if (prompted && (unseen || !fromTerminal(stdin))) stdout.write('\n');
			prompted = false;
		},
	};
}

/** Text to copy is not changed. */
const inFull = (line: string) => (line.startsWith(COPY_INDENT) ? line : spellOutUnits(line));

const fromTerminal = (stdin: NodeJS.ReadableStream) => 'isTTY' in stdin && stdin.isTTY === true;

/** Whether a prompt is shown; commands are accepted at any time. */
function takesAnswers({ screen, stop }: WizardViewModel): boolean {
	if (stop !== undefined) return true;
	if (screen.kind === 'checks') return screen.running === 0;
	return screen.kind !== 'progress' && screen.kind !== 'busy';
}

/**
 * Quits because the input has ended: operations in progress may finish, and nothing new is started or
 * aborted.
 */
function leave(guide: WizardController): void {
	const { stop, screen } = guide.model();
	if (stop !== undefined) guide.act({ type: 'stop-answer', stop: stop.kind === 'gentle' });
	else guide.act({ type: ['plan', 'ceremony'].includes(screen.kind) ? 'not-now' : 'leave' });
}
