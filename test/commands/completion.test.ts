// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are shell code
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands, flagsWithoutCommand } from '../../source/commands/command-table.ts';
import { formatCompletionScript } from '../../source/commands/completion.ts';
import { defaultTarget } from '../../source/targets/registry.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const folder = createTemporaryDirectory();
const home = join(folder, 'sessions of acme');
for (const name of ['acme-prod', 'acme-test', 'other'])
	mkdirSync(join(home, 'sessions', name), { recursive: true });
writeFileSync(join(folder, 'acme.yaml'), '');

/** The completions of the last word of a command line. */
type Complete = (line: readonly string[]) => string[];

const environment = (more: NodeJS.ProcessEnv = {}) => ({
	PATH: process.env.PATH,
	HOME: folder,
	TFE_WIZARD_HOME: home,
	...more,
});

function run(shell: string, args: readonly string[], env = environment()): string[] {
	const { stdout, stderr, status } = spawnSync(shell, args, { cwd: folder, env, encoding: 'utf8' });
	expect(stderr).toBe('');
	expect(status).toBe(0);
	return stdout.split('\n').filter((line) => line !== '');
}

const save = (shell: string): string => {
	const path = join(folder, `completion.${shell}`);
	writeFileSync(path, formatCompletionScript(shell, { commands, flagsWithoutCommand }));
	return path;
};

/** `compopt` only works while readline completes, so it is replaced by its words. */
const completeInBash: Complete = (line) =>
	run('bash', [
		'--norc',
		'-c',
		'compopt() { echo "$*"; }; source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tfe_wizard; printf "%s\\n" "${COMPREPLY[@]}"',
		'bash',
		save('bash'),
		...line,
	]);

/** Records what the completion functions of zsh receive, because they need a terminal. */
const completeInZsh: Complete = (line) =>
	run('zsh', [
		'-f',
		'-c',
		`compdef() { :; }
		_files() { print -r -- "files $*"; }
		_message() { :; }
		compset() { PREFIX=\${PREFIX#*=}; }
		offer() { local one; for one; do [[ $one == $PREFIX* ]] && print -r -- $one; done; }
		compadd() { if [[ $1 == -a ]]; then offer \${(P)2}; else shift; offer $@; fi; return 0; }
		_describe() { offer \${\${(P)@[-1]}%%:*}; return 0; }
		source "$1"; shift; words=("$@"); CURRENT=$#; PREFIX=$words[-1]
		_tfe_wizard; true`,
		'zsh',
		save('zsh'),
		...line,
	]);

const completeInFish: Complete = (line) =>
	run('fish', [
		'--no-config',
		'-c',
		`source ${save('fish')}; complete -C ${JSON.stringify(line.join(' '))}`,
	]).map((one) => one.split('\t')[0] ?? '');

const isInstalled = (shell: string): boolean => {
	try {
		execFileSync(shell, ['-c', 'true'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
};

const shells: [string, Complete, { files: string[]; directories: string[] }][] = [
	['bash', completeInBash, { files: ['-o default'], directories: ['-o dirnames'] }],
	['zsh', completeInZsh, { files: ['files '], directories: ['files -/'] }],
	[
		'fish',
		completeInFish,
		{ files: ['acme.yaml', 'sessions of acme/'], directories: ['sessions of acme/'] },
	],
];

describe.each(shells)('completion in %s', (shell, complete, paths) => {
	const reason = isInstalled(shell) ? '' : `: skipped, because ${shell} is not installed`;
	const complete$ = (line: string) => complete(['tfe-wizard', ...line.split(' ')]);

	describe.skipIf(reason !== '')(`with the real shell${reason}`, () => {
		it('offers every first word', () => {
			const first = new Set(commands.map(({ name }) => name.split(' ')[0]));
			expect(complete$('').sort()).toEqual([...first].sort());
			expect(complete$('ins')).toEqual(['install']);
		});

		it('offers the second words of a group', () => {
			expect(complete$('answers ').sort()).toEqual([
				'check',
				'export',
				'import',
				'schema',
				'template',
			]);
			expect(complete$('sessions re')).toEqual(['remove']);
		});

		it.each(commands.map(({ name, flags }) => [name, flags] as const))(
			'offers every flag of %s, and no other',
			(name, flags) => {
				const names = flags.map((flag) => `--${flag.name}`);
				expect(complete$(`${name} --`).sort()).toEqual(names.sort());
			},
		);

		it('offers the flags of the wizard without a command', () => {
			expect(complete$('--pr')).toEqual(['--practice']);
			expect(complete$('--ver')).toEqual(['--version']);
			expect(complete$('--practice --li')).toEqual(['--lines']);
		});

		it('offers the values of a flag', () => {
			expect(complete$('install --approve ').sort()).toEqual(
				['none', 'create', 'change', 'destroy'].sort(),
			);
			expect(complete$('install --until re')).toEqual(['rekey']);
			expect(complete$('practice --until ').sort()).toEqual(
				defaultTarget.steps.map(({ id }) => id).sort(),
			);
			expect(complete$('status --output j')).toEqual(['json']);
			expect(complete$('install --unlock ')).toEqual([]);
			expect(complete$('completion ').sort()).toEqual(['bash', 'fish', 'zsh']);
		});

		it('offers the existing sessions', () => {
			expect(complete$('install --session acme').sort()).toEqual(['acme-prod', 'acme-test']);
			expect(complete$('--session ot')).toEqual(['other']);
			expect(complete$('sessions show o')).toEqual(['other']);
		});

		it('reads the sessions of the directory given with --home', () => {
			mkdirSync(join(folder, 'second/sessions/from-home'), { recursive: true });
			expect(complete$(`status --home ${folder}/second --session `)).toEqual(['from-home']);
			expect(complete$(`status --home ${folder}/none --session `)).toEqual([]);
		});

		it('offers files and directories for flags and arguments that are paths', () => {
			expect(complete$('install --answers ')).toEqual(expect.arrayContaining(paths.files));
			expect(complete$('answers check ')).toEqual(expect.arrayContaining(paths.files));
			expect(complete$('install --home ')).toEqual(expect.arrayContaining(paths.directories));
		});
	});
});

it('bash completes the value of --flag=value, with and without "=" as a word of its own', () => {
	expect(completeInBash(['tfe-wizard', 'install', '--approve', '=', 'ch'])).toEqual(['change']);
	expect(completeInBash(['tfe-wizard', 'install', '--approve', '='])).toContain('none');
	expect(completeInBash(['tfe-wizard', 'install', '--approve=ch'])).toEqual(['--approve=change']);
});

it('sessions are read from the data directory without --home and TFE_WIZARD_HOME', () => {
	mkdirSync(join(folder, 'data/tfe-wizard/sessions/by-default'), { recursive: true });
	const script = save('bash');
	const env = environment({ TFE_WIZARD_HOME: '', XDG_DATA_HOME: join(folder, 'data') });
	const text = `source ${script}; OSTYPE=linux-gnu; COMP_WORDS=(tfe-wizard); _tfe_wizard_sessions`;
	expect(run('bash', ['--norc', '-c', text], env)).toEqual(['by-default']);
});
