import { expect, it } from 'vitest';
import { runInkWizard } from '../../screens/run-ink-wizard.tsx';
import { FakeStdin, FakeStdout } from '../helpers/fake-terminal.ts';
import { createFakeWizard } from '../helpers/fake-wizard.ts';
import { flushReact } from '../helpers/render-screen.tsx';
import { getScreenModel } from './screen-models.ts';

it('draws until the guide ends and restores the terminal', async () => {
	const model = getScreenModel('questionText');
	const guide = createFakeWizard(model);
	const label = model.screen.kind === 'question' ? model.screen.label : '';
	const stdin = new FakeStdin();
	const stdout = new FakeStdout(80, 24);
	let ended = false;
	const done = runInkWizard(guide, {
		stdin: stdin as unknown as NodeJS.ReadStream,
		stdout: stdout as unknown as NodeJS.WriteStream,
		stderr: stdout as unknown as NodeJS.WriteStream,
		env: { LANG: 'C.UTF-8' },
	}).then(() => {
		ended = true;
	});
	await flushReact(20);
	expect(stdout.writes.join('')).toContain(label.slice(0, 20));
	expect(stdin.rawModes).toEqual([true]);

	stdin.write('\u0003');
	await flushReact();
	expect(guide.actions).toEqual([{ type: 'interrupt' }]);
	expect(ended).toBe(false);

	guide.end({ exitCode: 130 });
	await done;
	const modes = stdout.writes.join('');
	expect(modes.lastIndexOf('\u001B[?25h')).toBeGreaterThan(modes.lastIndexOf('\u001B[?25l'));
	expect(modes.lastIndexOf('\u001B[?2004l')).toBeGreaterThan(modes.lastIndexOf('\u001B[?2004h'));
	expect(modes).not.toContain('\u001B[?1049h');
	expect(modes).not.toContain('\u001B[3J');
	expect(stdin.rawModes.at(-1)).toBe(false);
	expect(stdin.isPaused()).toBe(true);
	expect(stdout.listenerCount('resize')).toBe(0);
	expect(guide.listeners()).toBe(0);
});
