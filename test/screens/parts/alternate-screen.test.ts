import { describe, expect, it } from 'vitest';
import {
	createAlternateScreen,
	syncAlternateScreen,
} from '../../../screens/parts/alternate-screen.ts';
import { createFakeWizard } from '../../helpers/fake-wizard.ts';
import { getScreenModel } from '../screen-models.ts';

const ENTER = '\u001B[?1049h\u001B[2J\u001B[H';
const LEAVE = '\u001B[2J\u001B[H\u001B[?1049l';
const secret = () => ({ row: 4, column: 2, bytes: Buffer.from('q7Jm') });

/** A terminal that records what is written to it. */
function terminal() {
	const written: string[] = [];
	const resized: (() => void)[] = [];
	const stdout = {
		write(chunk: string | Buffer, done?: () => void) {
			written.push(chunk.toString());
			done?.();
			return true;
		},
		prependListener: (_: string, listener: () => void) => resized.push(listener),
		removeListener: (_: string, listener: () => void) =>
			resized.splice(resized.indexOf(listener), 1),
	} as unknown as NodeJS.WriteStream;
	return { stdout, written, resized };
}

describe('the secret screen', () => {
	it('paints bytes at their position, restores the cursor and wipes them', () => {
		const { stdout, written } = terminal();
		const screen = createAlternateScreen(stdout);
		screen.enter();
		const row = secret();
		screen.paint([row]);
		expect(written).toEqual([ENTER, '\u001B7\u001B[5;3Hq7Jm\u001B8']);
		expect(row.bytes.every((byte) => byte === 0)).toBe(true);
		screen.leave();
	});

	it('paints nothing on the main screen', () => {
		const { stdout, written } = terminal();
		const row = secret();
		createAlternateScreen(stdout).paint([row]);
		expect(written).toEqual([]);
		expect(row.bytes.every((byte) => byte === 0)).toBe(true);
	});

	it('is blanked and cleared once before it is left', () => {
		const { stdout, written } = terminal();
		const screen = createAlternateScreen(stdout);
		screen.enter();
		screen.paint([secret()]);
		screen.leave();
		screen.leave();
		expect(written.slice(2)).toEqual(['\u001B7\u001B[5;3H    \u001B8', LEAVE]);
		expect(screen.open).toBe(false);
	});

	it('is cleared when the process exits', () => {
		const before = process.listenerCount('exit');
		const { stdout, written } = terminal();
		const screen = createAlternateScreen(stdout);
		screen.enter();
		expect(process.listenerCount('exit')).toBe(before + 1);
		screen.paint([secret()]);
		const onExit = process.listeners('exit').at(-1);
		onExit?.call(process, 0);
		expect(written.at(-1)).toBe(LEAVE);
		expect(process.listenerCount('exit')).toBe(before);
	});
});

describe('following the guide', () => {
	it('clears the frame and switches screens before anything is drawn', () => {
		const { stdout, written } = terminal();
		const guide = createFakeWizard(getScreenModel('ceremonyNextPerson'));
		const screen = createAlternateScreen(stdout);
		const end = syncAlternateScreen(guide, screen, stdout, () => written.push('forget'));
		expect(written).toEqual([]);
		guide.show(getScreenModel('ceremonyReveal'));
		expect(written).toEqual(['forget', ENTER]);
		screen.paint([secret()]);
		guide.show(getScreenModel('ceremonyTypeBack'));
		expect(written.at(-1)).toContain('    ');
		expect(screen.open).toBe(true);
		guide.show(getScreenModel('ceremonyNextPerson'));
		expect(written.slice(-2)).toEqual(['forget', LEAVE]);
		end();
		expect(guide.listeners()).toBe(0);
	});

	it('wipes the whole screen when the terminal is resized', () => {
		const { stdout, written, resized } = terminal();
		const screen = createAlternateScreen(stdout);
		const guide = createFakeWizard(getScreenModel('ceremonyReveal'));
		const end = syncAlternateScreen(guide, screen, stdout, () => written.push('forget'));
		screen.paint([secret()]);
		for (const listener of [...resized]) listener();
		expect(written.slice(-3)).toEqual([
			'forget',
			'\u001B7\u001B[5;3H    \u001B8',
			'\u001B[2J\u001B[H',
		]);
		end();
		expect(written.at(-1)).toBe(LEAVE);
		expect(resized).toEqual([]);
	});
});
