import { execFileSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmdirSync,
	rmSync,
	statSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import type { Terraform } from '../../source/terraform/driver.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { createRootModule, drainEvents, getError } from './helpers.ts';

/** A state store for Terraform's `http` backend that can refuse writes. */
async function stateStore() {
	const store = { state: '', refuse: false, address: '' };
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (part) => {
			body += part;
		});
		request.on('end', () => {
			if (request.method === 'POST' && store.refuse) response.statusCode = 500;
			else if (request.method === 'POST') store.state = body;
			else if (store.state === '') response.statusCode = 404;
			response.end(request.method === 'GET' ? store.state : '');
		});
	});
	const port = await listenOnFreePort(server);
	onTestFinished(() => void server.close());
	store.address = `http://127.0.0.1:${port}/state`;
	return store;
}

async function planned(address: string): Promise<Terraform> {
	const terraform = createRootModule(`terraform {
  backend "http" {
    address   = "${address}"
    retry_max = 0
  }
}
resource "terraform_data" "it" {
  input = "canary-in-state"
}
`);
	await drainEvents(terraform.init());
	await drainEvents(terraform.plan('p'));
	return terraform;
}

test('blocks plan and apply until an errored.tfstate is pushed', async () => {
	const store = await stateStore();
	const terraform = await planned(store.address);
	store.refuse = true;
	const error = await getError(drainEvents(terraform.apply('p')));
	expect(error.message).toContain('it was written to errored.tfstate');
	expect(error.facts.next).toEqual([
		`terraform -chdir=${terraform.folder} state push errored.tfstate`,
	]);

	for (const attempt of [terraform.plan('q'), terraform.apply('p')]) {
		expect(await getError(drainEvents(attempt))).toMatchObject({ fault: 'refused', exitCode: 6 });
	}
	const still = await getError(drainEvents(terraform.pushErroredState()));
	expect(still.facts.details?.join('\n')).toContain('Failed to persist state');
	expect(existsSync(join(terraform.folder, 'errored.tfstate'))).toBe(true);

	store.refuse = false;
	const { result: kept } = await drainEvents(terraform.pushErroredState());
	expect(statSync(kept ?? '').mode & 0o777).toBe(0o600);
	expect(existsSync(join(terraform.folder, 'errored.tfstate'))).toBe(false);
	expect(await terraform.stateList()).toEqual(['terraform_data.it']);
	expect((await drainEvents(terraform.plan('q'))).result.changes).toBe(false);
	expect((await drainEvents(terraform.pushErroredState())).result).toBeUndefined();
});

test('does not block after the state was pushed manually', async () => {
	const store = await stateStore();
	const terraform = await planned(store.address);
	store.refuse = true;
	await getError(drainEvents(terraform.apply('p')));
	store.refuse = false;
	// Not synchronously, because the store runs in this process.
	await execa('terraform', [`-chdir=${terraform.folder}`, 'state', 'push', 'errored.tfstate']);
	expect((await drainEvents(terraform.plan('q'))).result.changes).toBe(false);
	expect(existsSync(join(terraform.folder, 'errored.tfstate'))).toBe(false);
});

test('leaves a dumped state in the log when it cannot be saved', async () => {
	const store = await stateStore();
	const terraform = await planned(store.address);
	store.refuse = true;
	// A directory of that name blocks Terraform and the driver.
	mkdirSync(join(terraform.folder, 'errored.tfstate'));
	const seen: string[] = [];
	const error = await getError(
		drainEvents(terraform.apply('p'), (event) => seen.push(JSON.stringify(event))),
	);
	expect(error.message).toContain('only in its log');
	expect(seen.join('\n')).not.toContain('canary-in-state');
	expect(JSON.stringify(error.facts)).not.toContain('canary-in-state');
	const log = error.facts.log ?? '';
	expect(readFileSync(log, 'utf8')).toContain('canary-in-state');

	// The suggested command works.
	rmdirSync(join(terraform.folder, 'errored.tfstate'));
	store.refuse = false;
	const advice = (error.facts.next?.[0] ?? '').replace(/^.*?: (?=jq)/, '');
	const command = existsSync('/usr/bin/jq')
		? advice
		: `grep '"state":' '${log}' | sed 's/.*"state"://; s/,"type":"log".*//' > errored.tfstate`;
	execFileSync('sh', ['-c', command], { cwd: terraform.folder });
	await drainEvents(terraform.pushErroredState());
	expect(await terraform.stateList()).toEqual(['terraform_data.it']);
});

test('reports a full disk during apply', async (context) => {
	const base = createTemporaryDirectory();
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', base], { stdio: 'ignore' });
	} catch {
		context.skip('needs the right to mount a small disk');
	}
	onTestFinished(() => void execFileSync('umount', ['-l', base]));
	const filler = 'x'.repeat(400);
	const configuration = `terraform {
  backend "local" {
    path = "${base}/terraform.tfstate"
  }
}
resource "terraform_data" "big" {
  input = join("", [for i in range(1000) : "${filler}"])
}
`;
	const terraform = createRootModule(configuration);
	await drainEvents(terraform.init());
	await drainEvents(terraform.plan('p'));
	const error = await getError(drainEvents(terraform.apply('p')));
	expect(error.message).toBe('The disk became full during terraform apply.');
	rmSync(join(terraform.folder, 'errored.tfstate'), { force: true });
	expect(readdirSync(terraform.logFolder).length).toBeGreaterThan(0);
});
