import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { Session } from '../../source/engine/session/session.ts';
import type { Services } from '../../source/steps/step-context.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { emptyInterview } from '../../source/wizard/interview.ts';
import { QuestionFlow } from '../../source/wizard/question-flow.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';

const folder = createDirectoryForEachTest();
let session: Session;
let flow: QuestionFlow<Services>;

beforeEach(() => {
	const secrets = new SecretRegistry();
	session = Session.open({ home: join(folder, 'home'), name: 'acme', practice: false, secrets });
	const { signal } = new AbortController();
	flow = new QuestionFlow({
		...getTargetOrDefault('ptfe-ami'),
		steps: getTargetOrDefault('ptfe-ami').steps.map(({ checks: _, lookups: __, ...step }) => step),
		duration: () => '',
		context: { session, secrets, approve: 'none', cancel: { gentle: signal, hard: signal } },
		services: () => ({}) as never,
		formatProblem: String,
		interview: { ...emptyInterview, given: { instance: 'ssh', rekey: 'custodians' } },
		local: { baseFolder: folder, environment: { PATH: folder, SET: 'long-enough-1' } },
		changed: () => {},
	});
});
afterEach(() => session.close());

function answer(key: string, value: unknown) {
	flow.go(key);
	flow.act({ type: 'answer', value });
	return { screen: flow.screen(), given: flow.interview.given[key] };
}

it.each([
	['settings.db_password', { env: 'NOPE_VAR' }, 'the environment variable NOPE_VAR is not set'],
	['settings.db_password', { file: 'nosuch' }, 'nosuch does not exist'],
	['settings.db_password', { command: 'op read x' }, 'the program op was not found on PATH'],
	['rekey.custodians.people', { ann: 'ann.asc', ben: '' }, 'ann: '],
	['instance.ssh.config', 'ssh_config', 'ssh_config does not exist'],
	['terraform.binary', 'terraform-9', 'the program terraform-9 was not found on PATH'],
	['terraform.provider_mirror', 'mirror', 'mirror does not exist'],
	['settings.instance_role_policies', { p: { file: 'p.json' } }, 'p.json does not exist'],
	['rekey.custodians.open_with', ['gpg2', '{file}'], 'the program gpg2 was not found on PATH'],
])('%s %j is rejected where it is entered', (key, value, reason) => {
	const { screen, given } = answer(key, value);
	expect(screen).toMatchObject({ kind: 'question', key, value });
	expect(screen).toMatchObject({ problem: expect.stringContaining(reason) });
	expect(given).toBeUndefined();
});

it.each([
	['settings.db_password', { env: 'SET' }],
	['settings.db_password', { generate: {} }],
	['rekey.custodians.people', { ann: 'ann.asc', ben: '' }],
])('%s %j is accepted if it exists', (key, value) => {
	writeFileSync(join(folder, 'ann.asc'), 'a key');
	expect(answer(key, value).given).toEqual(value);
});

it('accepts a default that this computer lacks, which preflight reports', () => {
	const { screen } = answer('terraform.binary', 'terraform');
	expect(screen).not.toMatchObject({ problem: expect.anything() });
});
