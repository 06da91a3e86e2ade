import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineEvent } from '../../../source/engine/events.ts';
import { SecretRegistry } from '../../../source/engine/secret-registry.ts';
import { Session } from '../../../source/engine/session/session.ts';
import { getInstallationRecord } from '../../../source/engine/session/session-record.ts';
import { convergeStack } from '../../../source/steps/stack/converge-stack.ts';
import type { Context } from '../../../source/steps/step-context.ts';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';

// Real terraform, with a template of its own that needs no provider from elsewhere.

const root = createTemporaryDirectory();
let session: Session;

beforeAll(() => {
	mkdirSync(join(root, 'templates/aws-standard'), { recursive: true });
	writeFileSync(
		join(root, 'templates/aws-standard/main.tf'),
		[
			'resource "terraform_data" "one" { input = "one" }',
			'data "terraform_remote_state" "none" {',
			'  backend  = "local"',
			'  config   = { path = "none.tfstate" }',
			'  defaults = {}',
			'}',
			'output "url" { value = terraform_data.one.output }',
			'',
		].join('\n'),
	);
	writeFileSync(join(root, 'templates/aws-standard/none.tfstate'), '');
	const secrets = new SecretRegistry();
	session = Session.open({ home: root, name: 'acme', practice: false, secrets });
});
afterAll(() => {
	session.close();
});

/** Converges the stack; returns whether the state was reported as empty before the plan. */
async function converge(): Promise<boolean> {
	let empty = false;
	const context = {
		...{ session, step: 'install', approve: 'destroy', secrets: new SecretRegistry() },
		...{ answers: {}, outputs: {} },
		cancel: { gentle: new AbortController().signal, hard: new AbortController().signal },
		services: {
			templates: join(root, 'templates'),
			environment: process.env,
			cloud: {
				practice: false,
				childEnvironment: (environment: NodeJS.ProcessEnv) => ({ ...environment }),
				stackFiles: () => ({ 'providers.tf': '', 'none.tfstate': '{"version":4}' }),
			},
		},
	} as unknown as Context;
	const events = convergeStack(context, {
		...{ stack: 'install', template: 'aws-standard', variables: {} },
		// biome-ignore lint/correctness/useYield: it has nothing to say.
		async *handleEmptyState(): AsyncGenerator<EngineEvent> {
			empty = true;
			session.uninstalled(['install']);
		},
	});
	for (;;) {
		const { done, value } = await events.next();
		if (done !== true) continue;
		session.installed('install', 'there', value.outputs);
		return empty;
	}
}

it('reports a state without resources only before the plan', async () => {
	expect(await converge()).toBe(true);
	expect(getInstallationRecord(session.record)?.outputs).toEqual({ url: 'one' });
	expect(await converge()).toBe(false);
	const folder = join(session.folders.workspace, 'install');
	execFileSync('terraform', [`-chdir=${folder}`, 'destroy', '-auto-approve', '-no-color']);
	expect(await converge()).toBe(true);
	const cleared = session.journal.read().filter(({ change }) => {
		return (change as { installed?: unknown } | undefined)?.installed === null;
	});
	expect(cleared).toHaveLength(2);
	expect(getInstallationRecord(session.record)?.outputs).toEqual({ url: 'one' });
});
