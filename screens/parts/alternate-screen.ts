import { createContext } from 'react';
import type { WizardController, WizardScreen } from '../../source/wizard/wizard-view-model.ts';

const ENTER = '\u001B[?1049h\u001B[2J\u001B[H';
// Painted rows are already blank; this clears the rest before the main screen returns.
const LEAVE = '\u001B[2J\u001B[H\u001B[?1049l';
const WIPE = '\u001B[2J\u001B[H';

/** Bytes for one screen row. Rows and columns count from 0. */
interface SecretScreenRow {
	row: number;
	column: number;
	bytes: Buffer;
}

export interface AlternateScreen {
	/** Whether the alternate screen is shown. */
	readonly open: boolean;
	/** How often it was entered; anything painted in an earlier visit is gone. */
	readonly visit: number;
	enter(): void;
	/** Clears it and returns to the unchanged main screen. */
	leave(): void;
	/** Writes rows past Ink and wipes their bytes. Does nothing while the screen is not open. */
	paint(rows: readonly SecretScreenRow[]): void;
	/** Blanks everything that was painted. */
	blank(): void;
	/** Clears the whole screen; the next frame must be drawn in full. */
	wipe(): void;
}

/** Whether a screen shows or asks for a secret. */
export const isSecretScreen = (screen: WizardScreen): boolean =>
	screen.kind === 'ceremony' && ['passphrase', 'reveal', 'give-share'].includes(screen.prompt.kind);

/**
 * The alternate screen, the only place where a share is shown. Shares never go through Ink, which
 * keeps each frame as a string: their bytes are written where Ink's frame has blanks. The screen is
 * cleared and left however the process ends, short of SIGKILL.
 *
 * @param stdout Written synchronously, as Node does for terminals, so that it works during process
 * exit.
 */
export function createAlternateScreen(stdout: NodeJS.WritableStream): AlternateScreen {
	let open = false;
	let visit = 0;
	let painted: { row: number; column: number; length: number }[] = [];

	const blank = () => {
		if (painted.length === 0) return;
		const blanks = painted.map(({ row, column, length }) => ({
			row,
			column,
			bytes: Buffer.alloc(length, ' '),
		}));
		painted = [];
		put(blanks);
	};
	const put = (rows: readonly SecretScreenRow[]) => {
		const parts = rows.flatMap(({ row, column, bytes }) => [
			Buffer.from(`\u001B[${row + 1};${column + 1}H`),
			bytes,
		]);
		const all = Buffer.concat([Buffer.from('\u001B7'), ...parts, Buffer.from('\u001B8')]);
		for (const { bytes } of rows) bytes.fill(0);
		stdout.write(all, () => all.fill(0));
	};
	const leave = () => {
		if (!open) return;
		blank();
		open = false;
		process.removeListener('exit', leave);
		stdout.write(LEAVE);
	};
	return {
		get open() {
			return open;
		},
		get visit() {
			return visit;
		},
		enter() {
			if (open) return;
			open = true;
			visit += 1;
			process.once('exit', leave);
			stdout.write(ENTER);
		},
		leave,
		paint(rows) {
			if (!open) {
				for (const { bytes } of rows) bytes.fill(0);
				return;
			}
			painted = rows.map(({ row, column, bytes }) => ({ row, column, length: bytes.length }));
			put(rows);
		},
		blank,
		wipe() {
			blank();
			if (open) stdout.write(WIPE);
		},
	};
}

/** Without a provider the screen is never entered, so nothing is painted. */
export const AlternateScreenContext = createContext(createAlternateScreen(process.stdout));

/**
 * Switches between the main and the alternate screen as the guide's screens require it. Must
 * subscribe before Ink does, so that it switches before Ink draws.
 *
 * @param clearFrame Makes Ink erase its frame and draw the next one in full.
 * @returns Ends the switching and returns to the main screen.
 */
export function syncAlternateScreen(
	guide: WizardController,
	secretScreen: AlternateScreen,
	stdout: NodeJS.WriteStream,
	clearFrame: () => void,
): () => void {
	const follow = () => {
		const wanted = isSecretScreen(guide.model().screen);
		if (wanted === secretScreen.open) {
			// The next prompt on the same screen must not show anything of the last one.
			if (secretScreen.open) secretScreen.blank();
			return;
		}
		secretScreen.blank();
		clearFrame();
		if (wanted) secretScreen.enter();
		else secretScreen.leave();
	};
	// Terminals move lines when resized, so painted rows would be somewhere else.
	const resized = () => {
		if (!secretScreen.open) return;
		clearFrame();
		secretScreen.wipe();
	};
	if (isSecretScreen(guide.model().screen)) secretScreen.enter();
	const unsubscribe = guide.subscribe(follow);
	stdout.prependListener('resize', resized);
	return () => {
		unsubscribe();
		stdout.removeListener('resize', resized);
		secretScreen.leave();
	};
}
