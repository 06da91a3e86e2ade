import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
	CreateBucketCommand,
	GetObjectCommand,
	HeadObjectCommand,
	ListObjectsV2Command,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listBackupMembers } from '../../../source/aws/backups.ts';
import { isSameProcess } from '../../../source/practice/background-process.ts';
import { getInstanceLayout } from '../../../source/practice/instance/instance-layout.ts';
import {
	type PracticeInstance,
	type PracticeInstanceRecord,
	reattachPracticeInstance,
	startPracticeInstance,
	stopPracticeInstance,
} from '../../../source/practice/instance/practice-instance.ts';
import { fetchStatus } from '../../../source/practice/loopback.ts';
import { type MotoServer, startMoto } from '../../../source/practice/moto-server.ts';
import { practiceCredentials } from '../../../source/practice/practice-cloud-settings.ts';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';
import { runWithTimeRange, waitFor } from '../../helpers/wait-for.ts';
import { hasBash, typeInShell } from '../../instance/interactive-shell.ts';

const run = promisify(execFile);
const BUCKET = 'installation';
/** Entries of any Vault's storage without which no key unseals it. */
const VAULT_STORAGE = ['data/vault/core/_keyring', 'data/vault/core/_seal-config'];
const scratch = createTemporaryDirectory();
let moto: MotoServer;
let machine: PracticeInstance;
let s3: S3Client;
let kmsKey: string;

beforeAll(async () => {
	moto = await startMoto({
		cacheDir: join(scratch, 'cache'),
		logPath: join(scratch, 'moto.log'),
	});
	const settings = { region: 'us-west-2', endpoint: moto.endpoint, forcePathStyle: true };
	s3 = new S3Client({ ...settings, credentials: practiceCredentials });
	const kms = new KMSClient({ ...settings, credentials: practiceCredentials });
	kmsKey = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
	kms.destroy();
	machine = await startPracticeInstance(options());
});

afterAll(async () => {
	s3?.destroy();
	await machine?.stop();
	await moto?.stop();
});

function options() {
	return {
		...{ folder: join(scratch, 'machine'), logPath: join(scratch, 'machine.log') },
		...{ endpoint: moto.endpoint, region: 'us-west-2' },
	};
}

/** Runs a command by real ssh, with any host name. */
async function ssh(command: string, ...words: readonly string[]) {
	const argv = ['-F', machine.configFile, ...words, 'any.name.example', command];
	return run('ssh', argv).then(
		({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
		(error: { code: number; stdout: string; stderr: string }) => error,
	);
}

const layout = () => getInstanceLayout(machine.folder);
const status = async () => {
	const { stdout } = await ssh('curl -s localhost:80/admin/bootstrap/status.json');
	return stdout;
};

async function backups(): Promise<string[]> {
	const listed = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'tfe-backup/' }));
	return (listed.Contents ?? []).map(({ Key = '' }) => Key).sort();
}

async function inBackup(key: string): Promise<string> {
	const object = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
	const archive = join(scratch, 'backup.tar.gz');
	await writeFile(archive, (await object.Body?.transformToByteArray()) ?? '');
	return (await run('tar', ['-tzf', archive])).stdout;
}

it('behaves like the AMI over a real ssh client', async () => {
	expect((await ssh('id -un >/dev/null; umask; echo $HOME')).stdout).toBe(
		`0077\n${layout().home}\n`,
	);
	expect((await ssh('exit 7')).code).toBe(7);
	expect((await ssh('sudo cat /data/vault-unseal-key')).stdout).toMatch(/^[\w+/]{43}=\n$/);
	expect((await ssh('vault status')).stdout).toMatch(/Sealed +false/);
	expect(await status()).toBe('{"status":"All Systems Operational"}\n');
	expect((await ssh('sudo journalctl -u vault -n 5')).stdout).not.toBe('');
	const support = await ssh('sudo hashicorp-support && sudo ls /var/lib/hashicorp-support');
	expect(support.stdout).toContain('hashicorp-support.tar.gz.enc\n');
});

it.runIf(hasBash)(
	'stores the shell history of interactive sessions but not of commands',
	async () => {
		expect((await ssh('echo by-command; bash -c "echo also"')).code).toBe(0);
		expect(existsSync(layout().history)).toBe(false);
		const shown = await typeInShell(machine.configFile, ['echo $((4000 + 711))']);
		expect(shown).toContain('4711');
		expect(await readFile(layout().history, 'utf8')).toBe('echo $((4000 + 711))\nexit\n');
	},
);

it('accepts only its user with its key, and forwards only its own ports', async () => {
	expect((await ssh('true', '-l', 'root')).stderr).toContain('Permission denied');
	const key = join(scratch, 'key');
	await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
	const text = await readFile(machine.configFile, 'utf8');
	const config = join(scratch, 'config');
	await writeFile(
		config,
		text.replace(/IdentityFile .*/, () => `IdentityFile ${key}`),
	);
	const other = await run('ssh', ['-F', config, 'x', 'true']).catch((error: unknown) => error);
	expect(other).toMatchObject({ code: 255 });
	const port = new URL(moto.endpoint).port;
	const forwarded = await run('ssh', [
		'-F',
		machine.configFile,
		'-W',
		`127.0.0.1:${port}`,
		'x',
	]).catch((error: unknown) => error);
	expect(forwarded).toMatchObject({ stderr: expect.stringContaining('open failed') });
});

it('refuses a backup before the installation', async () => {
	const early = await ssh('sudo atlas-backup');
	expect(early.code).not.toBe(0);
	expect(early.stderr).toContain('nothing is installed');
});

it('backs up to the bucket of the installation, encrypted with its KMS key', async () => {
	const place = { CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } as const };
	await s3.send(new CreateBucketCommand({ Bucket: 'a-state-bucket', ...place }));
	await s3.send(new CreateBucketCommand({ Bucket: BUCKET, ...place }));
	await s3.send(
		new PutObjectCommand({
			...{ Bucket: BUCKET, Key: 'tfe-setup-data', Body: 'x' },
			...{ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKey },
		}),
	);
	const made = await runWithTimeRange(() => ssh('sudo -n /usr/local/bin/atlas-backup'));
	expect(made.result).toMatchObject({ code: 0 });
	const [key = ''] = await backups();
	expect(key).toMatch(/^tfe-backup\/atlas-backup-\d{8}T\d+Z\.tar\.gz$/);
	const head = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }));
	expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKey });
	expect(made.includes(head.LastModified, { wholeSeconds: true })).toBe(true);
	const files = await inBackup(key);
	const names = files.trimEnd().split('\n');
	expect(names).toEqual(expect.arrayContaining(['data/vault-unseal-key', ...VAULT_STORAGE]));
	expect(names.filter((name) => name.includes('root-token'))).toEqual([]);
	const looked = await listBackupMembers(s3, BUCKET, key);
	expect(looked).toEqual({ members: names });
});

it('unseals its Vault at boot only if the key file exists', async () => {
	expect(await ssh('sudo systemctl restart vault')).toMatchObject({ code: 0 });
	expect((await ssh('vault status')).code).toBe(0);
	await ssh('sudo rm /data/vault-unseal-key');
	expect(existsSync(layout().unsealKey)).toBe(false);
	await ssh('sudo systemctl restart vault');
	expect((await ssh('vault status')).code).toBe(2);
	expect(await status()).toContain('sealed');
	await ssh('sudo atlas-backup');
	expect(await inBackup((await backups()).at(-1) ?? '')).not.toContain('vault-unseal-key');
});

it('restores a backup together with its unseal key', async () => {
	const [first = ''] = await backups();
	const restored = await ssh(`sudo atlas-restore ${first.split('/')[1]}`);
	expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining(first) });
	expect((await ssh('vault status')).code).toBe(0);
});

it('does not restart a Vault that was killed', async () => {
	const { pid } = JSON.parse(await readFile(layout().vaultProcess, 'utf8')) as { pid: number };
	process.kill(pid, 'SIGKILL');
	await waitFor(
		'Vault to be gone',
		async () => (await ssh('systemctl is-active vault')).code !== 0,
	);
	const asked = await ssh('systemctl is-active vault');
	expect(asked).toMatchObject({ code: 3, stderr: 'inactive\n' });
	expect(await ssh('sudo systemctl start vault')).toMatchObject({ code: 0 });
	expect((await ssh('vault status')).code).toBe(0);
});

it('cuts SSH sessions when it reboots', async () => {
	const on = ssh('sudo reboot; sleep 600');
	expect((await on).code).toBe(255);
	await waitFor('Vault to be open again', async () => (await ssh('vault status')).code === 0);
});

it('is reattached by its record, stops completely, and starts again as the same instance', async () => {
	const { folder, pid, startedAt, logPath } = machine;
	const record: PracticeInstanceRecord = { folder, pid, startedAt, logPath };
	expect(await reattachPracticeInstance({ ...record, startedAt: 'x' })).toBeUndefined();
	const adopted = await reattachPracticeInstance(JSON.parse(JSON.stringify(record)));
	expect(adopted?.ports).toEqual(machine.ports);
	const vault = JSON.parse(await readFile(layout().vaultProcess, 'utf8'));
	const known = await readFile(layout().knownHosts, 'utf8');
	// A killed instance leaves its Vault running; stopping by the record ends that too.
	process.kill(pid, 'SIGKILL');
	await stopPracticeInstance(record);
	expect(isSameProcess(pid, startedAt)).toBe(false);
	expect(isSameProcess(vault.pid, vault.startedAt)).toBe(false);
	expect(await reattachPracticeInstance(record)).toBeUndefined();

	machine = await startPracticeInstance(options());
	expect(await readFile(layout().knownHosts, 'utf8')).toBe(known);
	expect((await ssh('vault status')).code).toBe(0);
});

it('outlives the process that started it but not its cloud', async () => {
	await machine.stop();
	expect(await fetchStatus(`http://127.0.0.1:${machine.ports.vault}/v1/sys/init`)).toBeUndefined();
	const module = new URL('../../../source/practice/instance/practice-instance.ts', import.meta.url)
		.href;
	const script = `
		import { startPracticeInstance } from ${JSON.stringify(module)};
		const machine = await startPracticeInstance(${JSON.stringify(options())});
		process.stdout.write(JSON.stringify(machine), () => process.kill(process.pid, 'SIGKILL'));
		setInterval(() => {}, 1000);
	`;
	const killed = await run(process.execPath, ['--input-type=module', '-e', script]).catch(
		(error: { stdout: string }) => error,
	);
	const record = JSON.parse(killed.stdout) as PracticeInstanceRecord;
	machine = (await reattachPracticeInstance(record)) ?? machine;
	expect((await ssh('vault status')).code).toBe(0);
	const vault = JSON.parse(await readFile(layout().vaultProcess, 'utf8'));
	await moto.stop();
	for (const { pid, startedAt } of [record, vault])
		await waitFor(`process ${pid} to end`, async () => !isSameProcess(pid, startedAt));
});
