import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineEvent } from '../../source/engine/events.ts';
import { countChanges, formatPlan } from '../../source/terraform/plan-summary.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createDriverFor, createRootModule, drainEvents, getError } from './helpers.ts';

const quick = 'resource "terraform_data" "quick" {\n  input = "hello"\n}\n';
/** Ends when its directory contains the file `go`, or is removed. */
const slow = `${quick}resource "terraform_data" "slow" {
  depends_on = [terraform_data.quick]
  provisioner "local-exec" {
    command = "until [ -e go ] || [ ! -e main.tf ]; do sleep 0.1; done"
  }
}
resource "terraform_data" "never" {
  input = terraform_data.slow.id
}
`;

const isSlowStarted = (event: EngineEvent) =>
	event.type === 'resource' && event.address === 'terraform_data.slow' && event.phase === 'started';

test('runs init, plan, show, apply, output and state commands', async () => {
	const terraform = createRootModule(
		`${quick}output "said" {\n  value = terraform_data.quick.output\n}\noutput "quiet" {\n  value     = "secret"\n  sensitive = true\n}\n`,
	);
	expect(await terraform.version()).toMatchObject({ product: 'terraform', major: 1 });
	const init = await drainEvents(terraform.init());
	expect(init.events).toEqual([{ type: 'log', step: 'install', path: init.result.log }]);
	expect(await terraform.stateList()).toEqual([]);
	expect(await terraform.statePull()).toMatchObject({ empty: true });

	const plan = await drainEvents(terraform.plan('one.tfplan'));
	expect(plan.result).toMatchObject({
		changes: true,
		planned: [{ address: 'terraform_data.quick', action: 'create' }],
	});
	expect(statSync(join(terraform.folder, 'one.tfplan')).mode & 0o777).toBe(0o600);
	const summary = await terraform.show('one.tfplan');
	expect(countChanges(summary.changes)).toEqual({ create: 1, update: 0, delete: 0, replace: 0 });
	expect(formatPlan(summary)).toContain('    input = "hello"');

	const apply = await drainEvents(terraform.apply('one.tfplan'));
	expect(apply.result).toMatchObject({ summary: { add: 1 }, outputs: { said: 'hello' } });
	expect(apply.events).toContainEqual({
		...{ type: 'resource', step: 'install', stack: 'install', action: 'create', phase: 'done' },
		...{ address: 'terraform_data.quick', elapsedSeconds: 0, id: expect.any(String) },
	});
	expect(await terraform.outputs()).toEqual({ said: 'hello' });
	expect(await terraform.stateList()).toEqual(['terraform_data.quick']);
	expect(await terraform.statePull()).toMatchObject({
		resources: ['terraform_data.quick'],
		empty: false,
	});
	expect((await drainEvents(terraform.plan('two.tfplan'))).result.changes).toBe(false);
	expect(terraform.unfinished()).toEqual([]);
	for (const name of readdirSync(terraform.logFolder)) {
		expect([name, statSync(join(terraform.logFolder, name)).mode & 0o777]).toEqual([name, 0o600]);
	}

	const stale = await getError(drainEvents(terraform.apply('one.tfplan')));
	expect(stale).toMatchObject({
		fault: 'refused',
		message: expect.stringContaining('is stale'),
	});

	writeFileSync(join(terraform.folder, 'main.tf'), '');
	expect((await drainEvents(terraform.plan('end.tfplan'))).result.changes).toBe(true);
	expect(countChanges((await terraform.show('end.tfplan')).changes).delete).toBe(1);
	await drainEvents(terraform.apply('end.tfplan'));
	expect((await terraform.statePull()).resources).toEqual([]);
});

test('reports a failed resource in full and keeps created resources in the state', async () => {
	const terraform = createRootModule(`${quick}resource "terraform_data" "bad" {
  depends_on = [terraform_data.quick]
  provisioner "local-exec" {
    command = "echo it broke; exit 7"
  }
}
`);
	await drainEvents(terraform.plan('p'));
	const error = await getError(drainEvents(terraform.apply('p')));
	expect(error.fault).toBe('command');
	expect(error.message).toContain('at terraform_data.bad');
	const details = error.facts.details?.join('\n') ?? '';
	expect(details).toContain('at terraform_data.bad, main.tf:6:28');
	expect(details).toContain('it broke');
	expect(existsSync(error.facts.log ?? '')).toBe(true);
	expect(await terraform.stateList()).toContain('terraform_data.quick');
});

test('sends one SIGINT per abort, and terraform saves the state and releases the lock', async () => {
	const stop = new AbortController();
	const terraform = createRootModule(slow, { signal: stop.signal });
	await drainEvents(terraform.plan('p'));
	const error = await getError(
		drainEvents(terraform.apply('p'), (event) => {
			if (isSlowStarted(event)) stop.abort();
		}),
	);
	expect(error).toMatchObject({ fault: 'cancelled', exitCode: 130 });
	const later = createDriverFor(terraform);
	expect(await later.stateList()).toEqual(['terraform_data.quick', 'terraform_data.slow']);
	expect(readdirSync(terraform.folder)).not.toContain('.terraform.tfstate.lock.info');
	const log = readFileSync(error.facts.log ?? '', 'utf8');
	expect(log.match(/Interrupt received/g)).toHaveLength(1);
	expect(log).not.toContain('Two interrupts');
	expect((await drainEvents(later.plan('q'))).result.changes).toBe(true);
	// The aborted driver starts nothing else.
	expect(await getError(drainEvents(terraform.plan('r')))).toMatchObject({
		fault: 'cancelled',
	});
	expect(await getError(terraform.outputs())).toMatchObject({ fault: 'cancelled' });
});

test('reports the owner and age of a lock held by another run', async () => {
	const terraform = createRootModule(slow);
	await drainEvents(terraform.plan('p'));
	const { promise: holding, resolve: held } = Promise.withResolvers<void>();
	const first = drainEvents(terraform.apply('p'), (event) => {
		if (isSlowStarted(event)) held();
	});
	await holding;
	const second = createDriverFor(terraform, { lockTimeoutSeconds: 1 });
	const error = await getError(drainEvents(second.plan('q')));
	expect(error).toMatchObject({ fault: 'locked', exitCode: 7 });
	expect(error.message).toMatch(/locked by \S+@\S+ for apply, \d+ seconds? ago/);
	expect(error.facts.next?.join('\n')).toMatch(/force-unlock .*\n.* --unlock /);
	expect(existsSync(join(terraform.folder, 'q'))).toBe(false);
	writeFileSync(join(terraform.folder, 'go'), '');
	expect((await first).result.log).toContain('apply');
});

test('keeps a sensitive value out of plans and logs', async () => {
	const secret = 'canary-0815-secret';
	const configuration = `variable "pass" {
  type      = string
  sensitive = true
}
resource "terraform_data" "it" {
  input = { word = var.pass, plain = "seen" }
  provisioner "local-exec" {
    command = "echo leaking ${secret}; exit 1"
  }
}
`;
	const terraform = createRootModule(configuration, {
		environment: { ...process.env, TF_VAR_pass: 'inherited', TF_CLI_ARGS_plan: '-lock=bogus' },
		mask: (text: string) => text.replaceAll(secret, '••••••'),
	});
	const logged = (path: string) => readFileSync(path, 'utf8');
	const variables = { TF_VAR_pass: secret };
	const plan = await drainEvents(terraform.plan('p', variables));
	const summary = await terraform.show('p');
	expect(JSON.stringify(summary)).not.toContain(secret);
	expect(formatPlan(summary)).toContain('    input.word = (sensitive)');
	expect(formatPlan(summary)).toContain('    input.plain = "seen"');
	expect(logged(plan.result.log)).not.toContain(secret);
	const error = await getError(drainEvents(terraform.apply('p', variables)));
	const log = logged(error.facts.log ?? '');
	expect(log).toContain('leaking ••••••');
	expect(log).not.toContain(secret);
});

test('migrates the state to another backend only on request, and without a prompt', async () => {
	const terraform = createRootModule(quick);
	await drainEvents(terraform.init());
	await drainEvents(terraform.plan('p'));
	await drainEvents(terraform.apply('p'));
	const elsewhere = join(terraform.folder, 'elsewhere');
	mkdirSync(elsewhere);
	const backend = (path: string) =>
		`terraform {\n  backend "local" {\n    path = "${path}"\n  }\n}\n`;
	writeFileSync(join(terraform.folder, 'backend.tf'), backend(join(elsewhere, 'a.tfstate')));
	await drainEvents(terraform.init({ migrateState: true }));
	expect(await terraform.stateList()).toEqual(['terraform_data.quick']);
	expect(existsSync(join(elsewhere, 'a.tfstate'))).toBe(true);
	writeFileSync(join(terraform.folder, 'backend.tf'), backend(join(elsewhere, 'b.tfstate')));
	expect(await getError(drainEvents(terraform.init()))).toMatchObject({ fault: 'refused' });
});

test('changes the state lineage through a private temporary copy', async () => {
	const terraform = createRootModule(quick);
	await drainEvents(terraform.init());
	await drainEvents(terraform.plan('p'));
	await drainEvents(terraform.apply('p'));
	const copy = join(terraform.folder, '.relabelled.tfstate');
	// A file left by a killed run, readable by all.
	writeFileSync(copy, 'of an earlier time', { mode: 0o644 });
	const seen: unknown[] = [];
	const watching = createDriverFor(terraform, {
		onProcess: () => seen.push(statSync(copy).mode & 0o777, readFileSync(copy, 'utf8')),
	});
	const lineage = '11111111-2222-3333-4444-555555555555';
	const pushing = watching.relabelState(lineage, 41);
	while ((await pushing.next()).done !== true);
	expect(seen).toEqual([0o600, expect.stringContaining(`"lineage": "${lineage}"`)]);
	expect(existsSync(copy)).toBe(false);
	const after = await terraform.statePull();
	expect(after).toMatchObject({ lineage, resources: ['terraform_data.quick'] });
	expect(after.serial).toBeGreaterThanOrEqual(41);
});

test('forwards a second interrupt but not a third', async () => {
	const terraform = createRootModule(slow);
	expect(terraform.interrupt()).toBe(0);
	await drainEvents(terraform.plan('p'));
	const sent: number[] = [];
	const error = await getError(
		drainEvents(terraform.apply('p'), (event) => {
			if (!isSlowStarted(event)) return;
			sent.push(terraform.interrupt(), terraform.interrupt(), terraform.interrupt());
		}),
	);
	expect(sent).toEqual([1, 2, 2]);
	expect(error.fault).toBe('cancelled');
	expect(terraform.interrupt()).toBe(0);
	await waitFor('the record to go', () => terraform.unfinished().length === 0);
});
