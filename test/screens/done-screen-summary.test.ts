import { expect, test } from 'vitest';
import { formatDoneSummary } from '../../screens/done-screen.tsx';
import type { DoneScreen } from '../../source/wizard/wizard-view-model.ts';
import { getScreenModel } from './screen-models.ts';

const { screen } = getScreenModel('done');
const done = screen as DoneScreen;
const lines = formatDoneSummary(done);

test('puts every command on its own line', () => {
	for (const command of done.next) expect(lines).toContain(command);
	expect(lines).toContain(done.command);
});

test('lists everything that was created', () => {
	const text = lines.join('\n');
	for (const { value } of done.outputs) expect(text).toContain(value);
	for (const summary of done.summaries) expect(text).toContain(summary.text);
	expect(text).toContain(done.answersFile);
	expect(text).toContain(done.workspace);
	expect(text).toContain('32 m 07 s');
});

test('contains only printable ASCII without trailing blanks', () => {
	for (const line of lines) expect(line).toMatch(/^[\x20-\x7E]*$/);
	expect(lines.some((line) => line !== line.trimEnd())).toBe(false);
});

test('omits titles without content', () => {
	const text = formatDoneSummary({ ...done, outputs: [], next: [] }).join('\n');
	expect(text).not.toContain('Outputs:');
	expect(text).not.toContain('Next:');
});

test('says after the command what would still be asked', () => {
	const stillAsks = 'Except the rekey step, which shows a key share to security-lead.';
	const asked = formatDoneSummary({ ...done, stillAsks });
	expect(asked[asked.indexOf(done.command) + 1]).toBe(stillAsks);
});

test('names the part that was done instead of an installation', () => {
	expect(formatDoneSummary({ ...done, part: 'Rekey done' })[0]).toBe('Rekey done in 32 m 07 s.');
});
