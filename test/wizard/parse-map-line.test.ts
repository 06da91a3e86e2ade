import { expect, it } from 'vitest';
import { parseMapLines } from '../../screens/questions/field-values.ts';
import { handleMultilineInput } from '../../source/reporters/line-mode/handle-question.ts';
import { parseMapLine } from '../../source/wizard/parse-map-line.ts';
import type { WizardScreen } from '../../source/wizard/wizard-view-model.ts';

it.each([
	['on-call = ""1bad = nosuch.asc', 'quotes'],
	['on-call = "keys/a.asc', 'quotes'],
	[`on-call = 'keys/a.asc`, 'quotes'],
	[`on-call = 'a' 'b'`, 'quotes'],
	['on-call', 'form'],
	['= x', 'form'],
])('rejects %s', (line, problem) => {
	expect(parseMapLine(line)).toEqual({ problem });
});

it.each([
	['on-call = keys/a.asc', 'keys/a.asc', false],
	['on-call = "keys/a b.asc"', 'keys/a b.asc', true],
	[`on-call='keys/a b.asc'`, 'keys/a b.asc', true],
	['on-call = ""', '', true],
	['on-call =', '', false],
	['on-call = a=b', 'a=b', false],
])('reads %s', (line, value, quoted) => {
	expect(parseMapLine(line)).toEqual({ name: 'on-call', value, quoted });
});

const LINES = ['lead = keys/lead.asc', 'on-call = ""1bad = nosuch.asc'];

it('is used by the screens', () => {
	expect(parseMapLines(LINES.join('\n'))).toEqual({
		problem: 'line 2: the quotation marks around the value are not complete',
	});
	expect(parseMapLines('lead = "5"\ncount = 5')).toEqual({
		typed: { lead: '5', count: 5 },
		text: { lead: '5', count: '5' },
	});
});

it('is used by line mode', () => {
	const screen = { kind: 'question', valueKind: 'map' } as WizardScreen & { kind: 'question' };
	const { output, action } = {
		action: undefined,
		...handleMultilineInput(screen, LINES, '.', () => undefined),
	};
	expect(action).toBeUndefined();
	expect(output?.join()).toContain(
		'The quotation marks around the value are not complete: on-call',
	);
});
