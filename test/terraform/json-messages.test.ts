import { expect, test } from 'vitest';
import {
	parseJsonMessage,
	parseStateDump,
	removeStateDump,
	type TerraformEvent,
} from '../../source/terraform/json-messages.ts';
import { readFixtureLines } from './helpers.ts';

const events = (name: string) => readFixtureLines(name).map(parseJsonMessage);
const ofType = <T extends TerraformEvent['type']>(name: string, type: T) =>
	events(name).filter((event): event is TerraformEvent & { type: T } => event.type === type);

test('parses an apply from its version to its summary and outputs', () => {
	const all = events('apply.jsonl');
	expect(all[0]).toEqual({ type: 'version', terraform: '1.11.4', ui: '1.2' });
	expect(all.at(-2)).toEqual({
		type: 'summary',
		operation: 'apply',
		add: 4,
		change: 0,
		remove: 0,
		import: 0,
	});
	expect(all.at(-1)).toEqual({
		type: 'outputs',
		outputs: {
			fast: { sensitive: false, value: { list: ['a', 'b'], name: 'fast' } },
			secret: { sensitive: true },
		},
	});
});

test('parses the phases of a resource from started to done', () => {
	const slow = ofType('apply.jsonl', 'resource').filter(
		({ address }) => address === 'terraform_data.slow[0]',
	);
	expect(slow.map(({ phase, elapsedSeconds }) => [phase, elapsedSeconds])).toEqual([
		['started', 0],
		['progress', 10],
		['done', 12],
	]);
	expect(slow[2]).toMatchObject({
		action: 'create',
		resourceType: 'terraform_data',
		id: expect.stringMatching(/^[\da-f-]{36}$/),
	});
});

test('parses every recorded line', () => {
	const names = [
		'apply',
		'apply-failed',
		'apply-interrupted',
		'plan',
		'plan-rich',
		'plan-locked',
		'init',
	];
	const strange = names
		.flatMap((name) => events(`${name}.jsonl`))
		.filter(({ type }) => type === 'unknown' || type === 'text');
	expect(strange).toEqual([]);
});

test('parses planned moves, imports, forgets and replacements with reason', () => {
	const planned = Object.fromEntries(
		ofType('plan-rich.jsonl', 'planned').map((event) => [event.address, event]),
	);
	expect(planned['terraform_data.new_name']).toMatchObject({
		action: 'move',
		previousAddress: 'terraform_data.old_name',
	});
	expect(planned['terraform_data.imported']).toMatchObject({ action: 'noop', importing: true });
	expect(planned['terraform_data.forgotten']).toMatchObject({ action: 'forget' });
	expect(planned['terraform_data.replace']).toMatchObject({
		action: 'replace',
		reason: 'cannot_update',
	});
	expect(planned['data.terraform_remote_state.later']).toMatchObject({ action: 'read' });
});

test('parses the address, location and snippet of a diagnostic', () => {
	expect(ofType('apply-failed.jsonl', 'diagnostic')[0]?.diagnostic).toEqual({
		severity: 'error',
		summary: 'local-exec provisioner error',
		detail: "Error running command 'echo out; exit 7': exit status 7. Output: out",
		address: 'terraform_data.bad',
		range: 'main.tf:3:28',
		snippet: '  provisioner "local-exec" {',
	});
});

test('parses waiting for a lock as an event', () => {
	expect(ofType('plan-locked.jsonl', 'lock')).toMatchObject([{ state: 'waiting' }]);
});

test('replaces the state of an emergency dump with a mark', () => {
	const lines = readFixtureLines('apply-state-dump.jsonl');
	const parsed = lines.map(parseJsonMessage);
	expect(parsed).toContainEqual({
		type: 'log',
		level: 'info',
		message: 'Emergency state dump',
		stateDump: true,
	});
	expect(JSON.stringify(parsed)).not.toContain('canary-in-state');
	const dump = lines.find((line) => parseStateDump(line) !== undefined) ?? '';
	expect(JSON.parse(parseStateDump(dump) ?? '')).toMatchObject({ version: 4, serial: 1 });
	expect(removeStateDump(dump)).not.toContain('canary-in-state');
	expect(removeStateDump(lines[0] ?? '')).toBe(lines[0]);
});

test.each([
	['', { type: 'text', text: '' }],
	['Successfully unset the backend.', { type: 'text', text: 'Successfully unset the backend.' }],
	['{"type":"log","@mess', { type: 'text', text: '{"type":"log","@mess' }],
	['{"type":"tomorrow","@message":"new"}', { type: 'unknown', name: 'tomorrow', message: 'new' }],
	['{}', { type: 'unknown', name: '', message: '' }],
	['{"type":"apply_start"}', { type: 'resource', address: '', phase: 'started', action: 'noop' }],
	['{"type":"diagnostic"}', { type: 'diagnostic', diagnostic: { summary: '' } }],
	['{"type":"planned_change","change":null}', { type: 'planned', address: '' }],
	['{"type":"constructor"}', { type: 'unknown', name: 'constructor' }],
	['{"type":"apply_start","hook":{"action":"toString"}}', { type: 'resource', action: 'noop' }],
])('tolerates %s', (line, expected) => {
	expect(parseJsonMessage(line)).toMatchObject(expected);
});
