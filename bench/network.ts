import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMoto } from '../source/practice/moto-server.ts';
import { createCloudForPracticeEndpoint } from '../source/practice/practice-cloud-settings.ts';
import { seedPracticeCloud } from '../source/targets/ptfe-ami/practice/seed-cloud.ts';
import { formatPracticeAnswers } from '../source/targets/ptfe-ami/practice/target-practice.ts';
import { findProviderMirror } from '../source/terraform/provider-mirror.ts';
import { measureCommand, measurePairs } from './measure.ts';

const REGION = 'us-west-2';
const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Compares a headless run through the network step with init, plan and apply of the same stack by
 * hand, to measure the overhead of the program.
 */
export async function benchNetwork(pairs: number) {
	const scratch = mkdtempSync(join(tmpdir(), 'tfe-wizard-bench-'));
	const moto = await startMoto({
		cacheDir: join(scratch, 'cache'),
		logPath: join(scratch, 'moto.log'),
	});
	try {
		const seeds = await seedPracticeCloud(moto.endpoint, REGION);
		let run = 0;
		return await measurePairs(
			pairs,
			() => {
				run += 1;
				const folder = join(scratch, `ours-${run}`);
				return byProgram(folder, moto.endpoint, formatPracticeAnswers(seeds), `ours-${run}`);
			},
			() => {
				run += 1;
				const folder = join(scratch, `hand-${run}`);
				return byHand(folder, moto.endpoint, seeds.account, `hand-${run}`);
			},
		);
	} finally {
		await moto.stop();
		rmSync(scratch, { recursive: true, force: true });
	}
}

/** Names are unique per run, because all runs share one practice cloud. */
function byProgram(home: string, endpoint: string, answers: string, name: string) {
	const file = `${home}.yaml`;
	writeFileSync(
		file,
		answers.replace('create: { name: practice,', () => `create: { name: ${name},`),
	);
	const argv = ['dist/cli.js', 'practice', '--cloud', endpoint, '--home', home];
	const rest = ['--answers', file, '--until', 'access'];
	return measureCommand([process.execPath, ...argv, ...rest], process.env, root);
}

/** Runs what an operator would type, in a directory with the layout of a workspace. */
async function byHand(folder: string, endpoint: string, account: string, name: string) {
	const cloud = createCloudForPracticeEndpoint(endpoint, REGION);
	mkdirSync(folder);
	cpSync(join(root, 'templates/base-vpc'), folder, { recursive: true });
	rmSync(join(folder, 'tests'), { recursive: true, force: true });
	const files = {
		'providers.tf': `provider "aws" {\n  region              = "${REGION}"\n  allowed_account_ids = ["${account}"]\n}\n`,
		'terraform.tfvars': `vpc_name   = "${name}"\ncidr_block = "10.20.0.0/16"\n`,
		...cloud.stackFiles('network'),
	};
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	const mirror = (
		await findProviderMirror({
			environment: process.env,
			home: process.env.HOME ?? '/',
		})
	)?.folder;
	const init = `terraform init -input=false${mirror === undefined ? '' : ` -plugin-dir=${mirror}`}`;
	const script = `${init} && terraform plan -input=false -out=plan && terraform apply -input=false plan`;
	return measureCommand(['bash', '-c', script], cloud.childEnvironment(process.env), folder);
}
