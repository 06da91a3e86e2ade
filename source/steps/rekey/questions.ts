import type { Question, Rule } from '../../engine/question.ts';
import { custodians, MOST_CUSTODIANS, openCommand } from '../rules/instance.ts';
import { wholeNumber, yesNo } from '../rules/value-rule.ts';

export const PEOPLE = 'rekey.custodians.people';
export const THRESHOLD = 'rekey.custodians.threshold';

/** More than half of them, so that no two groups can open Vault apart from each other. */
export function majority(count: number): number {
	return Math.floor(count / 2) + 1;
}

function peopleIn(answers: Readonly<Record<string, unknown>>): string[] {
	const people = answers[PEOPLE];
	return typeof people === 'object' && people !== null ? Object.keys(people) : [];
}

/** Who opens Vault from now on. */
export const rekeyQuestions: readonly Question[] = [
	{
		key: 'rekey',
		label: 'Who is to hold the key that opens Vault?',
		help: 'Terraform Enterprise keeps its secrets in a Vault of its own. The machine opens it at every start with one key that lies on it. A rekey replaces that key by shares that people hold.',
		kind: 'variant',
		when: (answers) => answers.instance === 'ssh',
		asked: 'when the instance is reached over SSH',
		options: [
			{
				value: 'leave',
				label: 'The machine, as it is',
				hint: 'it opens Vault by itself at every start',
			},
			{
				value: 'custodians',
				label: 'Custodians, a share each',
				hint: 'every restart then needs a quorum of them',
				warning:
					'After this nobody and nothing opens Vault without a quorum of the custodians: each restart of the machine, each replacement by the auto scaling group, each restore needs them, by hand. Shares that are lost below the threshold are lost with everything in Vault. The old key goes on opening the backups made before.',
			},
		],
		default: 'leave',
	},
	{
		key: PEOPLE,
		label: 'Custodians and their public keys',
		help: 'One share for each name, in this order. Give the file of their OpenPGP public key: Vault then encrypts the share to them alone, and nobody else ever sees it. Without a key (empty) the share is shown to them once, in a terminal, while they are here; an unattended run refuses that.',
		kind: 'map',
		...custodians,
		example: { 'security-lead': 'keys/security-lead.asc', 'head-of-operations': '' },
	},
	{
		key: THRESHOLD,
		label: 'How many of them open Vault',
		help: 'At least 2. Fewer than there are, so that one share may be lost.',
		kind: 'number',
		...wholeNumber(2, MOST_CUSTODIANS),
		example: 2,
		derive: (answers) => Math.max(2, majority(peopleIn(answers).length)),
		derived: 'more than half of the custodians',
	},
	{
		key: 'rekey.custodians.restart',
		label: 'Restart Vault at the end, and open it with the new shares?',
		help: 'The proof that leaves nothing to believe. Terraform Enterprise waits meanwhile; runs under way may fail.',
		kind: 'yesno',
		...yesNo,
		default: false,
		group: 'Details of the rekey',
	},
	{
		key: 'rekey.custodians.open_with',
		label: 'Command that opens a share without a person',
		help: 'For unattended runs: run once for each custodian, with {custodian} and {file} filled in; it prints the share. With it nobody is asked to give a share back, so it must use keys that only the custodians hold, such as a card reader. Empty means that people give their shares back.',
		kind: 'list',
		...openCommand,
		example: ['gpg', '--quiet', '--decrypt', '{file}'],
		default: [],
		group: 'Details of the rekey',
	},
];

export const rekeyRules: readonly Rule[] = [
	{
		id: 'threshold-of-custodians',
		keys: [THRESHOLD, PEOPLE],
		text: 'No more custodians can be needed than there are.',
		check: (answers) => {
			const threshold = answers[THRESHOLD];
			const count = peopleIn(answers).length;
			return typeof threshold === 'number' && count > 0 && threshold > count
				? `${threshold} are needed of ${count}`
				: undefined;
		},
	},
];
