import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { startMoto } from '../../source/practice/moto-server.ts';
import { createCloudForPracticeEndpoint } from '../../source/practice/practice-cloud-settings.ts';
import { startFaultProxy } from '../doubles/fault-proxy.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { templatesFolder } from './support.ts';

const REGION = 'eu-west-1';

/** The first boot's script, rendered by Terraform as the launch template has it. */
async function userData(folder: string): Promise<string> {
	const template = JSON.stringify(join(templatesFolder, 'aws-standard/user-data.sh.tftpl'));
	const values = {
		...{ bucket: 'practice-tfe-data', marker: '0123456789ab/1', region: REGION },
		...{ startup_script: '', proxy_url: '', no_proxy: '', local_setup: false },
	};
	const input = `base64encode(templatefile(${template}, ${JSON.stringify(values)}))`;
	const { stdout } = await execa('terraform', ['console'], { cwd: folder, input });
	return Buffer.from(JSON.parse(stdout), 'base64').toString('utf8');
}

it('the instance waits for its own settings at boot, and takes them', async () => {
	const scratch = createTemporaryDirectory();
	const machine = join(scratch, 'machine');
	await mkdir(machine);
	// The script as it is, but for the root of the file system and the pause between tries.
	const script = (await userData(scratch))
		.replaceAll(' /etc/', () => ` ${machine}/etc/`)
		.replace('pause=15', 'pause=1');
	expect(script).toContain(`${machine}/etc/atlas/boot.env`);
	await writeFile(join(machine, 'user-data'), script);
	await chmod(join(machine, 'user-data'), 0o700);

	const moto = await startMoto({ cacheDir: scratch, logPath: join(scratch, 'moto.log') });
	onTestFinished(() => moto.stop());
	const endpoint = { endpoint: moto.endpoint, forcePathStyle: true };
	const credentials = { accessKeyId: 'practice', secretAccessKey: 'practice' };
	const s3 = new S3Client({ region: REGION, credentials, ...endpoint });
	const place = { CreateBucketConfiguration: { LocationConstraint: REGION } as const };
	await s3.send(new CreateBucketCommand({ Bucket: 'practice-tfe-data', ...place }));
	const proxy = await startFaultProxy(moto.endpoint);
	onTestFinished(() => proxy.stop());
	const booting = execa(join(machine, 'user-data'), {
		env: {
			...createCloudForPracticeEndpoint(proxy.endpoint, REGION).childEnvironment(process.env),
			HOME: machine,
			PATH: process.env.PATH,
		},
		extendEnv: false,
		all: true,
	});
	let printed = '';
	booting.all?.setEncoding('utf8').on('data', (text: string) => {
		printed += text;
	});
	let ended = false;
	void booting
		.finally(() => {
			ended = true;
		})
		.catch(() => {});
	/** Waits until the script has looked once more, from start to end, and is waiting again. */
	const looksAgain = async (what: string) => {
		// Each try starts with the same request. The next one from now begins after now, and has
		// failed when the one after it begins.
		const tries = () =>
			proxy.calls.filter(({ method, path }) => method === 'HEAD' && path.includes('tfe-setup-data'))
				.length;
		const from = tries();
		await waitFor(`another try (${what})`, () => {
			if (ended) throw new Error(`It ended with ${what}:\n${printed}`);
			return tries() >= from + 2;
		});
	};
	await looksAgain('no object at all');
	expect(printed).toMatch(/not there yet, \d+ s: .*404/);
	const put = (Body: string) => {
		const object = { Bucket: 'practice-tfe-data', Key: 'tfe-setup-data', Body };
		return s3.send(new PutObjectCommand({ ...object, ServerSideEncryption: 'aws:kms' }));
	};
	const named = "TFE_HOSTNAME=$'tfe.practice.example'\n";
	const bootEnv = join(machine, 'etc/atlas/boot.env');
	// Of 2018, of another password, of another installation, and what only resembles the marker.
	for (const other of ['', '0123456789ab/2', 'ba9876543210/1', '0123456789ab/11']) {
		await put(other === '' ? named : `TFE_WIZARD_SETUP=$'${other}'\n${named}`);
		await looksAgain(other === '' ? 'an object of 2018' : other);
		expect(existsSync(bootEnv), other).toBe(false);
	}
	const settings = `#!/bin/bash\nTFE_WIZARD_SETUP=$'0123456789ab/1'\n${named}`;
	await put(settings);
	const { all } = await booting;

	expect(all).toMatch(
		/waiting for s3:\/\/practice-tfe-data\/tfe-setup-data with the marker 0123456789ab\/1 /,
	);
	expect(all).toMatch(/not there yet, \d+ s: .*404/);
	expect(all).toMatch(/the object there is another one, without the marker 0123456789ab\/1/);
	expect(all).toMatch(/settings arrived in .*boot\.env/);
	expect(await readFile(bootEnv, 'utf8')).toBe(settings);
	expect((await stat(bootEnv)).mode & 0o777).toBe(0o600);
	expect(await readFile(join(machine, 'etc/ptfe/s3-bucket'), 'utf8')).toBe(
		`practice-tfe-data\n${REGION}\n`,
	);
});
