import { expect, test } from 'vitest';
import {
	omitStateFromLine,
	parseJsonMessage,
	type TerraformMessage,
} from '../../source/terraform/json-messages.ts';
import { readFixtureLines } from './helpers.ts';

const events = (name: string) => readFixtureLines(name).map(parseJsonMessage);
const ofType = <T extends TerraformMessage['type']>(name: string, type: T) =>
	events(name).filter((event): event is TerraformMessage & { type: T } => event.type === type);

test('parses the summary and the outputs of an apply', () => {
	const all = events('apply.jsonl');
	expect(all.at(-2)).toEqual({
		type: 'summary',
		summary: { add: 4, change: 0, remove: 0, import: 0 },
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
	const others = names.flatMap((name) => ofType(`${name}.jsonl`, 'other'));
	const ignored = /^(?:version|refresh_\w+|provision_\w+|state_lock_release)$/;
	expect(others.filter(({ name }) => !ignored.test(name))).toEqual([]);
});

test('parses planned moves, imports, forgets and replacements with reason', () => {
	const planned = Object.fromEntries(
		ofType('plan-rich.jsonl', 'planned').map(({ change }) => [change.address, change]),
	);
	expect(planned['terraform_data.new_name']).toMatchObject({ action: 'move' });
	expect(planned['terraform_data.imported']).toMatchObject({ action: 'noop' });
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
	expect(ofType('plan-locked.jsonl', 'lock')).toMatchObject([
		{ message: expect.stringContaining('Acquiring state lock') },
	]);
});

test('parses the state of an emergency dump, and removes it from its line', () => {
	const lines = readFixtureLines('apply-state-dump.jsonl');
	const parsed = lines.map(parseJsonMessage);
	const found = parsed.find((message) => message.type === 'state dump');
	expect(JSON.parse(found?.state ?? '')).toMatchObject({ version: 4, serial: 1 });
	const dump = lines[parsed.findIndex(({ type }) => type === 'state dump')] ?? '';
	expect(dump).toContain('canary-in-state');
	expect(omitStateFromLine(dump)).not.toContain('canary-in-state');
	expect(omitStateFromLine(lines[0] ?? '')).toBe(lines[0]);
});

test.each([
	['', { type: 'other', name: '' }],
	['Successfully unset the backend.', { type: 'other', name: '' }],
	['{"type":"log","@mess', { type: 'other', name: '' }],
	['{"type":"tomorrow","@message":"new"}', { type: 'other', name: 'tomorrow' }],
	['{}', { type: 'other', name: '' }],
	['{"type":"apply_start"}', { type: 'resource', address: '', phase: 'started', action: 'noop' }],
	['{"type":"diagnostic"}', { type: 'diagnostic', diagnostic: { summary: '' } }],
	['{"type":"planned_change","change":null}', { type: 'planned', change: { address: '' } }],
	['{"type":"constructor"}', { type: 'other', name: 'constructor' }],
	['{"type":"apply_start","hook":{"action":"toString"}}', { type: 'resource', action: 'noop' }],
])('tolerates %s', (line, expected) => {
	expect(parseJsonMessage(line)).toMatchObject(expected);
});
