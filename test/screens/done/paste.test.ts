import { expect, test } from 'vitest';
import { donePaste } from '../../../screens/done/paste.ts';
import type { DoneScreen } from '../../../source/engine/guide/model.ts';
import { modelNamed } from '../models.ts';

const { screen } = modelNamed('done');
const done = screen as DoneScreen;
const lines = donePaste(done);

test('every command stands alone on its line, whole', () => {
	for (const command of done.next) expect(lines).toContain(command);
	expect(lines).toContain(done.command);
});

test('everything that was made is there', () => {
	const text = lines.join('\n');
	for (const { value } of done.outputs) expect(text).toContain(value);
	for (const summary of done.summaries) expect(text).toContain(summary.text);
	expect(text).toContain(done.answersFile);
	expect(text).toContain(done.workspace);
	expect(text).toContain('32 m 07 s');
});

test('nothing in it breaks when pasted', () => {
	for (const line of lines) expect(line).toMatch(/^[\x20-\x7E]*$/);
	expect(lines.some((line) => line !== line.trimEnd())).toBe(false);
});

test('what there is nothing of has no title', () => {
	const text = donePaste({ ...done, outputs: [], next: [] }).join('\n');
	expect(text).not.toContain('Outputs:');
	expect(text).not.toContain('Next:');
});

test('what would still need a person is told with the command that would do the same', () => {
	const stillAsks = 'But for the rekey: a share is shown to security-lead.';
	const asked = donePaste({ ...done, stillAsks });
	expect(asked[asked.indexOf(done.command) + 1]).toBe(stillAsks);
});

test('a part of the steps is not called an installation', () => {
	expect(donePaste({ ...done, part: 'Rekey done' })[0]).toBe('Rekey done in 32 m 07 s.');
});
