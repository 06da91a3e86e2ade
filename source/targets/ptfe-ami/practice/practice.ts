import { join } from 'node:path';
import { formatPracticeAnswers } from '../../../practice/answers.ts';
import { createCustodianKeys } from '../../../practice/custodians.ts';
import { seedPracticeCloud } from '../../../practice/seed.ts';
import type { PracticeAccount, TargetPractice } from '../../target.ts';
import { terraformOverrides } from './overrides.ts';

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
