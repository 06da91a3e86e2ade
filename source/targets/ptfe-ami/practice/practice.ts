import { join } from 'node:path';
import { practiceAnswers } from '../../../practice/answers.ts';
import { makeCustodianKeys } from '../../../practice/custodians.ts';
import { seedPracticeCloud } from '../../../practice/seed.ts';
import type { PracticeAccount, TargetPractice } from '../../target.ts';
import { overrides } from './overrides.ts';

export const practice: TargetPractice = { answers, overrides };

/** Answers for a practice account, which is given a certificate, a hosted zone and a key pair. */
async function answers(account: PracticeAccount): Promise<string> {
	const { endpoint, region, folder, attended, program } = account;
	const seeds = await seedPracticeCloud(endpoint, region);
	if (attended) return practiceAnswers(seeds);
	// Unattended, shares can only leave encrypted: each key holder gets an OpenPGP key.
	const keys = join(folder, 'custodians');
	return practiceAnswers(seeds, {
		custodians: {
			people: await makeCustodianKeys(keys),
			openWith: [process.execPath, program('practice-custodian'), keys, '{custodian}', '{file}'],
		},
	});
}
