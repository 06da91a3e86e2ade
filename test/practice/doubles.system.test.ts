import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateVpcCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAwsClients } from '../../source/aws/clients.ts';
import { isSameProcess } from '../../source/practice/background-process.ts';
import { startPracticeInstance } from '../../source/practice/instance/practice-instance.ts';
import { type MotoServer, reattachMoto, startMoto } from '../../source/practice/moto-server.ts';
import { createCloudForPracticeEndpoint } from '../../source/practice/practice-cloud-settings.ts';
import { startFaultProxy } from '../doubles/fault-proxy.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { initVault, startVault, unsealVault } from '../helpers/test-vault.ts';

// That each test double starts and does its main work. All it must do is in the .long.test.ts
// files of this folder, which `npm run test:all` runs.

const REGION = 'us-west-2';
const run = promisify(execFile);
const scratch = createTemporaryDirectory();
let moto: MotoServer;

beforeAll(async () => {
	moto = await startMoto({
		cacheDir: join(scratch, 'cache'),
		logPath: join(scratch, 'moto.log'),
	});
});

afterAll(async () => {
	await moto?.stop();
});

it('the practice cloud is adopted by its record', async () => {
	expect(await reattachMoto(JSON.parse(JSON.stringify(moto)))).toMatchObject({ pid: moto.pid });
	expect(await reattachMoto({ ...moto, startedAt: 'another boot:1' })).toBeUndefined();
});

it('the fault proxy refuses one call as its service would, and forwards the next', async () => {
	const proxy = await startFaultProxy(moto.endpoint);
	const { ec2 } = createAwsClients(createCloudForPracticeEndpoint(proxy.endpoint, REGION));
	try {
		const fail = { code: 'VpcLimitExceeded', message: 'made up' };
		proxy.setRules([{ service: 'ec2', action: 'CreateVpc', fault: { fail } }]);
		const create = () => ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
		await expect(create()).rejects.toMatchObject({ name: fail.code, message: fail.message });
		expect((await create()).Vpc?.VpcId).toMatch(/^vpc-/);
		expect(proxy.calls.map(({ fault }) => fault !== undefined)).toEqual([true, false]);
	} finally {
		ec2.destroy();
		await proxy.stop();
	}
});

it('the emulated Vault is opened by its new key alone after a rekey', async () => {
	const vault = await startVault({ kind: 'stand-in' });
	try {
		const { keys } = await initVault(vault);
		expect(await unsealVault(vault, keys)).toBe(true);
		const init = { secret_shares: 1, secret_threshold: 1 };
		const started = await vault.api<{ nonce: string }>('PUT', 'sys/rekey/init', init);
		const submitted = { key: keys[0], nonce: started.body.nonce };
		const done = await vault.api<{ keys: string[] }>('PUT', 'sys/rekey/update', submitted);
		await vault.restart();
		expect(await unsealVault(vault, keys)).toBe(false);
		expect(await unsealVault(vault, done.body.keys)).toBe(true);
	} finally {
		await vault.stop();
	}
});

it('the practice instance starts, is reached over ssh, and stops with its Vault', async () => {
	const instance = await startPracticeInstance({
		...{ folder: join(scratch, 'instance'), logPath: join(scratch, 'instance.log') },
		...{ endpoint: moto.endpoint, region: REGION },
	});
	const asked = await run('ssh', ['-F', instance.configFile, 'any.name.example', 'vault status']);
	expect(asked.stdout).toMatch(/Sealed +false/);
	await instance.stop();
	expect(isSameProcess(instance.pid, instance.startedAt)).toBe(false);
	await expect(fetch(`http://127.0.0.1:${instance.ports.vault}/`)).rejects.toThrow();
});
