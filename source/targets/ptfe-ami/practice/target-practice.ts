import { join } from 'node:path';
import type { PracticeAccount, TargetPractice } from '../../target.ts';
import { createCustodianKeys } from './custodian-keys.ts';
import { formatPracticeAnswers } from './practice-answers.ts';
import { seedPracticeCloud } from './seed-cloud.ts';
import { terraformOverrides } from './terraform-overrides.ts';

export const ptfeAmiPractice: TargetPractice = { answers, overrides: terraformOverrides };

/** Answers for a practice account, which is given a certificate, a hosted zone and a key pair. */
async function answers(account: PracticeAccount): Promise<string> {
	const { endpoint, region, folder, attended, program } = account;
	const seeds = await seedPracticeCloud(endpoint, region);
	if (attended) return formatPracticeAnswers(seeds);
	// Unattended, shares can only leave encrypted: each key holder gets an OpenPGP key.
	const keys = join(folder, 'custodians');
	return formatPracticeAnswers(seeds, {
		custodians: {
			people: await createCustodianKeys(keys),
			openWith: [process.execPath, program('practice-custodian'), keys, '{custodian}', '{file}'],
		},
	});
}
