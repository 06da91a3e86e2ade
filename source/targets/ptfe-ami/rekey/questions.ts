import type { CrossAnswerRule, Question } from '../../../engine/question.ts';
import { createLocalReferences } from '../../../steps/rules/local-references.ts';
import { booleanRule, createIntegerRule } from '../../../steps/rules/value-rule.ts';
import { custodiansRule, decryptCommandRule, MAX_CUSTODIANS } from '../rules/ssh-and-custodians.ts';

import { listCustodianKeyFiles } from './custodian-key-files.ts';

export const CUSTODIANS_KEY = 'rekey.custodians.people';
export const THRESHOLD_KEY = 'rekey.custodians.threshold';

/** More than half, so that no two separate groups can both unseal Vault. */
function getMajority(count: number): number {
	return Math.floor(count / 2) + 1;
}

function getCustodianNames(answers: Readonly<Record<string, unknown>>): string[] {
	const people = answers[CUSTODIANS_KEY];
	return typeof people === 'object' && people !== null ? Object.keys(people) : [];
}

export const rekeyQuestions: readonly Question[] = [
	{
		key: 'rekey',
		label: 'Who should hold the Vault unseal key?',
		help: 'Who can unseal the internal Vault of Terraform Enterprise, which stores its secrets. By default, the instance unseals it at every start with one key on its disk. A rekey replaces that key with key shares held by key holders.',
		kind: 'variant',
		when: (answers) => answers.instance === 'ssh',
		asked: 'when the instance is reached over SSH',
		options: [
			{
				value: 'leave',
				label: 'The instance (no rekey)',
				hint: 'unseals Vault automatically at every start',
			},
			{
				value: 'custodians',
				label: 'Key holders, one key share each',
				hint: 'every restart then requires a quorum',
				warning:
					'Afterwards Vault can only be unsealed by a quorum of the key holders: they must be present at every restart of the instance, every replacement by the Auto Scaling group and every restore. If fewer shares than the key threshold remain, everything in Vault is lost. Backups created before the rekey still require the old unseal key.',
			},
		],
		default: 'leave',
	},
	{
		key: CUSTODIANS_KEY,
		label: 'Key holders and their public keys',
		help: 'The key holders in order, each with an OpenPGP public key file. Each receives one key share, which Vault encrypts to this key, so that only the key holder can read it. Without a key file (empty), the share is shown once in the terminal, and the key holder must be present; unattended runs reject this.',
		...custodiansRule,
		localReferences: listCustodianKeyFiles,
		example: { 'security-lead': 'keys/security-lead.asc', 'head-of-operations': '' },
	},
	{
		key: THRESHOLD_KEY,
		label: 'Key threshold',
		help: 'The number of key shares required to unseal Vault, at least 2. Choose fewer than the number of key holders, so that Vault can be unsealed if a share is lost.',
		...createIntegerRule(2, MAX_CUSTODIANS),
		example: 2,
		derive: (answers) => Math.max(2, getMajority(getCustodianNames(answers).length)),
		derived: 'more than half of the key holders',
	},
	{
		key: 'rekey.custodians.restart',
		label: 'Restart Vault at the end and unseal it with the new key shares?',
		help: 'Whether to restart Vault as the definitive test of the new key shares. Terraform Enterprise is unavailable during the restart, and active runs may fail.',
		...booleanRule,
		default: false,
		group: 'Rekey options',
	},
	{
		key: 'rekey.custodians.open_with',
		label: 'Command that decrypts a key share',
		help: 'A command for unattended runs that prints a decrypted key share. It runs once per key holder, with {custodian} and {file} replaced. Key holders then do not enter their shares, so it must use keys that only they control, such as smart cards. Empty means that key holders enter their shares.',
		...decryptCommandRule,
		localReferences: (value) =>
			Array.isArray(value)
				? createLocalReferences('program', value[0]).map((one) => ({ ...one, path: [0] }))
				: [],
		example: ['gpg', '--quiet', '--decrypt', '{file}'],
		default: [],
		group: 'Rekey options',
	},
];

export const rekeyRules: readonly CrossAnswerRule[] = [
	{
		id: 'threshold-of-custodians',
		keys: [THRESHOLD_KEY, CUSTODIANS_KEY],
		text: 'The key threshold must not exceed the number of key holders.',
		check: (answers) => {
			const threshold = answers[THRESHOLD_KEY];
			const count = getCustodianNames(answers).length;
			return typeof threshold === 'number' && count > 0 && threshold > count
				? `is ${threshold}, which exceeds the number of key holders (${count})`
				: undefined;
		},
	},
];
