import { describe, expect, it } from 'vitest';
import { formatHarmlessLogLine } from '../../../screens/progress/log-tail.ts';

const line = (type: string, message: string) => JSON.stringify({ type, '@message': message });

describe('a line of the log', () => {
	it.each([
		['apply_start', 'aws_vpc.main: Creating...'],
		['apply_progress', 'aws_db_instance.main: Still creating... [8m10s elapsed]'],
		['refresh_complete', 'aws_vpc.main: Refresh complete [id=vpc-1]'],
		['change_summary', 'Plan: 3 to add, 0 to change, 0 to destroy.'],
	])('of type %s is shown', (type, message) => {
		expect(formatHarmlessLogLine(`${line(type, message)}\r`)).toBe(message);
	});

	it.each([
		['that is incomplete', '{"type":"apply_start","@message":"cut sh'],
		['that is empty', '  '],
		['that is a diagnostic', line('diagnostic', 'Error: hunter2')],
	])('%s is skipped', (_, text) => {
		expect(formatHarmlessLogLine(text)).toBeUndefined();
	});

	it.each([
		['not JSON', 'panic: hunter2'],
		['of a type with free text', line('provision_progress', 'hunter2')],
		['of outputs', line('outputs', 'hunter2')],
		['without a type', '{"@message":"hunter2"}'],
	])('that may hold a secret is omitted: %s', (_, text) => {
		expect(formatHarmlessLogLine(text)).toContain('omitted');
		expect(formatHarmlessLogLine(text)).not.toContain('hunter2');
	});
});
