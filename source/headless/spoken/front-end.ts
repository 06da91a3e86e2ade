import type { Guide, GuideModel, ProgressScreen } from '../../engine/guide/model.ts';
import { readyMarks } from '../../engine/guide/ready-marks.ts';
import { ancestorsOf, recorders } from '../../engine/recorders.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { stopUntilContinued } from '../../engine/stop-for-shell.ts';
import { earsOn } from './ears.ts';
import { hear } from './hear.ts';
import { AFTER_SHOWN, hearSecret, typesSecret, wordOf } from './hear-ceremony.ts';
import type { Heard, Talk } from './heard.ts';
import { narrate, placeOf } from './narrate.ts';
import { isAscii, withTwins } from './plain-text.ts';
import { unitWords } from './sentences.ts';
import { shownShareOn } from './shown-share.ts';
import { typedLines } from './typed-lines.ts';
import { COPY_MARK, wrapped } from './wrap.ts';

const WIDTH = 80;
const PROMPT = '> ';
/** Interval of checks for slow resources. */
const LOOK_MS = 5000;
/** Time for the guide to respond before the next prompt. */
const ANSWER_MS = 80;
/** Replaces hidden input that is not a command; it matches nothing. */
const NO_WORD = '(unseen)';

export interface SpokenStreams {
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
export async function spokenFrontEnd(guide: Guide, streams: SpokenStreams): Promise<void> {
	const { stdin, now = Date.now } = streams;
	const takes = () => !over && !leaving && takesAnswers(guide.model());
	const speaker = speakerOn(streams, takes, () => marks.touched());
	const share = shownShareOn(streams.stdout, streams.env);
	// The next prompt follows typed input after at most ANSWER_MS.
	const marks = readyMarks(guide, streams, () => speaker.waits(), ANSWER_MS);
	const around = [...share.warnings, ...recorders(streams.env, ancestorsOf(process.ppid))];
	let known: GuideModel | undefined;
	let run: ProgressScreen | undefined;
	let last = now();
	let talk: Talk | undefined;
	let gone = false;
	let answered = false;
	let over = false;
	let leaving = false;

	const tell = () => {
		const model = guide.model();
		const before = known;
		const moved = before === undefined || placeOf(before.screen) !== placeOf(model.screen);
		const moment = { now: now(), last, run, answered, recorders: around };
		known = model;
		last = moment.now;
		if (model !== before) answered = leaving = false;
		if (moved) drop();
		if (model.screen.kind === 'progress') run = model.screen;
		speaker.speak(narrate(model, before, moment));
		if (!gone) speaker.prompt();
		else if (moved || model.stop !== undefined) leave(guide);
		if (model !== before) typed.look();
		attune();
	};
	/** Switches the echo off as soon as a secret may be typed. */
	const attune = () => {
		const { screen, stop } = guide.model();
		const secret = talk?.kind === 'shown' || typesSecret(screen);
		ears.turn(secret && stop === undefined ? 'secrets' : 'lines');
	};
	/** Drops pending input and wipes its secrets. */
	const drop = () => {
		share.hide();
		if (talk?.kind === 'again') talk.first.wipe();
		talk = undefined;
	};
	const listen = (line: string) => {
		speaker.entered();
		follow(hear(guide.model(), line, { talk, problemOf, now: now() }));
		marks.handled();
	};
	const listenToSecret = (secret: SecretBytes) => {
		marks.handled();
		speaker.entered(true);
		const model = guide.model();
		const shown = talk?.kind === 'shown';
		const word = wordOf(secret, { shown });
		if (word === undefined && typesSecret(model.screen))
			return follow(hearSecret(model.screen, secret, talk));
		secret.wipe();
		follow(hear(model, word ?? (shown ? NO_WORD : ''), { talk, problemOf, now: now() }));
	};
	const hideShown = () => {
		if (!share.shown) return;
		share.hide();
		speaker.speak([`Hidden again. ${AFTER_SHOWN}`]);
		speaker.prompt();
	};
	const reveal = (moment: NonNullable<Heard['reveal']>): Heard['act'] => {
		talk = { kind: 'shown' };
		attune();
		const refusal = share.show(moment, hideShown);
		if (refusal === undefined) return undefined;
		talk = undefined;
		speaker.speak([refusal.words]);
		return refusal.forGood ? { type: 'not-now' } : undefined;
	};
	const follow = (heard: Heard) => {
		share.hide();
		// Something other than the repeated passphrase was typed; it has to be entered again.
		if (talk?.kind === 'again' && heard.act?.type !== 'give') talk.first.wipe();
		talk = heard.talk;
		speaker.speak(heard.say ?? []);
		const act = heard.reveal === undefined ? heard.act : reveal(heard.reveal);
		if (act === undefined) {
			attune();
			return speaker.prompt();
		}
		typed.await();
		answered = act.type === 'answer';
		leaving = act.type === 'leave';
		guide.act(act);
		setTimeout(speaker.prompt, ANSWER_MS).unref();
	};
	const problemOf = (value: unknown) => guide.problemOf(value);
	const hangUp = () => {
		if (over) return;
		gone = true;
		leave(guide);
	};
	const typed = typedLines({
		atOnce: fromTerminal(stdin),
		ready: () => takesAnswers(guide.model()),
		hear: listen,
		closed: hangUp,
	});

	const interrupt = () => {
		drop();
		guide.act({ type: 'interrupt' });
	};
	const ears = earsOn(stdin, {
		line: typed.add,
		closed: typed.close,
		secret: listenToSecret,
		interrupt,
	});
	const suspend = async () => {
		hideShown();
		const takeAgain = ears.lend();
		await stopUntilContinued();
		takeAgain();
	};
	process.on('SIGTSTP', suspend);
	// Without raw mode, ctrl-c is a signal, which the caller may already handle.
	const alone = process.listenerCount('SIGINT') === 0;
	if (alone) process.on('SIGINT', interrupt);
	// The output is closed. The handler stays, because the last lines are written after the end.
	streams.stdout.on('error', hangUp);
	const look = setInterval(tell, LOOK_MS);
	const unsubscribe = guide.subscribe(tell);
	try {
		speaker.speak(['Line mode. Type help at any time for a list of commands.']);
		tell();
		await guide.ended;
	} finally {
		over = true;
		marks.end();
		unsubscribe();
		clearInterval(look);
		typed.end();
		if (alone) process.off('SIGINT', interrupt);
		process.off('SIGTSTP', suspend);
		drop();
		ears.end();
		speaker.speak([]);
	}
}

/** Prints lines and one prompt at a time; output while the prompt is shown starts on a new line. */
function speakerOn(
	{ stdin, stdout, env }: SpokenStreams,
	takes: () => boolean,
	printed: () => void,
) {
	const ascii = isAscii(env);
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
			const text = wrapped(lines.map(inFull), width).join('\n');
			stdout.write(`${ascii ? withTwins(text) : text}\n`);
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
const inFull = (line: string) => (line.startsWith(COPY_MARK) ? line : unitWords(line));

const fromTerminal = (stdin: NodeJS.ReadableStream) => 'isTTY' in stdin && stdin.isTTY === true;

/** Whether a prompt is shown; commands are accepted at any time. */
function takesAnswers({ screen, stop }: GuideModel): boolean {
	if (stop !== undefined) return true;
	if (screen.kind === 'checks') return screen.running === 0;
	return screen.kind !== 'progress' && screen.kind !== 'busy';
}

/**
 * Quits because the input has ended: operations in progress may finish, and nothing new is started or
 * aborted.
 */
function leave(guide: Guide): void {
	const { stop, screen } = guide.model();
	if (stop !== undefined) guide.act({ type: 'stop-answer', stop: stop.kind === 'gentle' });
	else guide.act({ type: ['plan', 'ceremony'].includes(screen.kind) ? 'not-now' : 'leave' });
}
