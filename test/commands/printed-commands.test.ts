// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the paths are hostile to shells
import { describe, expect, it } from 'vitest';
import { addHomeFlag } from '../../source/commands/printed-commands.ts';
import { createApprovalError } from '../../source/steps/stack/plan-review.ts';
import { getDecryptCommand } from '../../source/targets/ptfe-ami/rekey/decrypt-share.ts';
import { splitShellWords } from '../helpers/split-shell-words.ts';

const PATHS = [
	"/home/$&/$1 $$ $' $`",
	"/it's here/${HOME}",
	'/a b/`id`/"x"',
	'/plain',
	'/$(id)\n;x',
];

describe('a printed command', () => {
	it.each(PATHS)('still contains the home directory %j when pasted into a shell', (home) => {
		const line = addHomeFlag('tfe-wizard status --session acme', home);
		expect(splitShellWords(line)).toEqual([
			'tfe-wizard',
			'status',
			'--home',
			home,
			'--session',
			'acme',
		]);
	});

	it.each(PATHS)('shows the plan in %j when pasted into a shell', (textFile) => {
		const counts = { create: 1, update: 0, delete: 0, replace: 0 };
		const plan = { stack: 'install', counts, destroys: [], file: '/p', textFile };
		const { facts } = createApprovalError(plan, 'none', 'create', 'tfe-wizard install');
		expect(splitShellWords(facts.next?.[0] ?? '')).toEqual(['less', textFile]);
	});

	it.each(PATHS)('decrypts the key share in the file %j', (file) => {
		const words = ['gpg', '--decrypt', '{file}', '--comment={custodian}:{file}'];
		const answers = { 'rekey.custodians.open_with': words };
		expect(getDecryptCommand({ answers }, 'ann', file)).toEqual([
			...['gpg', '--decrypt', file, `--comment=ann:${file}`],
		]);
	});
});
