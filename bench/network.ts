import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { practiceAnswers } from '../source/practice/answers.ts';
import { practiceCloud } from '../source/practice/cloud.ts';
import { startMoto } from '../source/practice/moto.ts';
import { seedPracticeCloud } from '../source/practice/seed.ts';
import { findProviderMirror } from '../source/terraform/mirror.ts';
import { measure, paired } from './measure.ts';

const REGION = 'us-west-2';
const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * A headless run up to the end of the network step, against init, plan and apply of the same
 * stack typed by hand: what the program costs on top of terraform.
 */
export async function benchNetwork(pairs: number) {
	const folder = mkdtempSync(join(tmpdir(), 'tfe-wizard-bench-'));
	const moto = await startMoto({
		cacheDir: join(folder, 'cache'),
		logPath: join(folder, 'moto.log'),
	});
	try {
		const seeds = await seedPracticeCloud(moto.endpoint, REGION);
		const answers = join(folder, 'answers.yaml');
		writeFileSync(answers, practiceAnswers(seeds));
		let run = 0;
		return await paired(
			pairs,
			() => {
				run += 1;
				const home = join(folder, `ours-${run}`);
				const argv = ['dist/cli.js', 'practice', '--cloud', moto.endpoint, '--home', home];
				return measure(
					[process.execPath, ...argv, '--answers', answers, '--until', 'access'],
					process.env,
					root,
				);
			},
			() => {
				run += 1;
				return byHand(join(folder, `hand-${run}`), moto.endpoint, seeds.account);
			},
		);
	} finally {
		await moto.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** What an operator would type, in a folder laid out as the program lays out its own. */
function byHand(folder: string, endpoint: string, account: string) {
	const cloud = practiceCloud(endpoint, REGION);
	mkdirSync(folder);
	cpSync(join(root, 'templates/base-vpc'), folder, { recursive: true });
	rmSync(join(folder, 'tests'), { recursive: true, force: true });
	const files = {
		'providers.tf': `provider "aws" {\n  region              = "${REGION}"\n  allowed_account_ids = ["${account}"]\n}\n`,
		'terraform.tfvars': 'vpc_name   = "by-hand"\ncidr_block = "10.20.0.0/16"\n',
		...cloud.stackFiles('network'),
	};
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	const mirror = findProviderMirror({
		environment: process.env,
		home: process.env.HOME ?? '/',
		provider: 'hashicorp/aws',
		versions: '>= 5.100',
	})?.folder;
	const init = `terraform init -input=false${mirror === undefined ? '' : ` -plugin-dir=${mirror}`}`;
	const script = `${init} && terraform plan -input=false -out=plan && terraform apply -input=false plan`;
	return measure(['bash', '-c', script], cloud.childEnvironment(process.env), folder);
}
