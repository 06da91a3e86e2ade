import type { Command, CommandFlag } from './command-context.ts';

const home: CommandFlag = {
	name: 'home',
	value: 'DIR',
	help: 'directory of the sessions (also TFE_WIZARD_HOME)',
};
const output: CommandFlag = {
	name: 'output',
	value: 'FORMAT',
	oneOf: ['text', 'json'],
	help: 'output format: text (default), or json with one event per line',
};
const session: CommandFlag = {
	name: 'session',
	value: 'NAME',
	help: 'session name (default: default)',
};
const answers: CommandFlag = {
	name: 'answers',
	value: 'FILE',
	help: 'answers file, YAML or JSON; - reads standard input',
};
const help: CommandFlag = { name: 'help', short: 'h', help: 'show this help' };

const approve: CommandFlag = {
	name: 'approve',
	value: 'WHAT',
	oneOf: ['none', 'create', 'change', 'destroy'],
	help: 'what to apply without confirmation: create only, also change, also destroy and replace (default: none)',
};
const until: CommandFlag = { name: 'until', value: 'STEP', help: 'stop before this step' };
const noInput: CommandFlag = {
	name: 'no-input',
	help: 'never prompt; exit with 3 if an answer is missing',
};
const replay: CommandFlag = {
	name: 'replay',
	help: 'use answers that differ from those of the session, after showing the differences',
};
const unlock: CommandFlag = {
	name: 'unlock',
	value: 'ID',
	help: 'remove the stale state lock with this ID first (shown in the lock error)',
};

const adopt: CommandFlag = {
	name: 'adopt-state',
	help: 'adopt an existing Terraform state from a lost session',
};

const cloud: CommandFlag = {
	name: 'cloud',
	value: 'URL',
	help: 'use a practice cloud that is already running at this loopback address',
};

const running = [
	answers,
	session,
	approve,
	until,
	replay,
	unlock,
	adopt,
	noInput,
	output,
	home,
	help,
];

export const commands: readonly Command[] = [
	{
		name: 'wizard',
		summary: 'run the guided installation (the default without a command)',
		about:
			'Asks for the settings of an installation, with choices looked up in the account and checks in the background, shows every plan before it is applied, and reports progress. Press ctrl-c to quit at any time; the next run resumes. Requires a terminal.',
		flags: [
			{ ...session, help: 'resume this session, or create it' },
			{
				...answers,
				help: 'start with the answers in this file; prompts only for missing answers and for steps under "ask"',
			},
			{ name: 'practice', help: 'run locally in practice mode: no AWS account, no cost' },
			{
				name: 'lines',
				help: 'line mode, without repainting: for screen readers (also TFE_WIZARD_LINES=1, and TERM=dumb)',
			},
			cloud,
			unlock,
			adopt,
			home,
			help,
		],
		examples: ['tfe-wizard', 'tfe-wizard --practice', 'tfe-wizard --session acme-prod'],
		run: async (context) => (await import('./wizard.ts')).wizardCommand(context),
	},
	{
		name: 'install',
		summary: 'install from an answers file, or resume a session',
		about:
			'Runs the steps in order: preflight, network, access, state, settings, install, bootstrap, rekey, backup. Shows each plan before it is applied and applies exactly that plan. Without --approve it stops at the first plan, changes nothing, and saves the plan for review.',
		flags: running,
		examples: [
			'tfe-wizard install --answers acme.yaml --session acme-prod',
			'tfe-wizard install --session acme-prod --approve create',
		],
		run: async (context) => (await import('./install.ts')).installCommand(context),
	},
	{
		name: 'practice',
		summary: 'run a complete installation locally: no AWS account, no cost',
		about:
			'Runs the same engine, real Terraform and the real AWS provider against a practice cloud on the loopback interface. Requires no AWS account, answers or terminal. All output is marked PRACTICE.',
		flags: [
			{ name: 'keep', help: 'leave the practice cloud running at the end, for inspection' },
			{ name: 'stop', help: 'stop a practice cloud that was left running, and exit' },
			cloud,
			answers,
			{ ...session, help: 'name of the practice session (default: practice)' },
			{ ...approve, help: `${approve.help.split(' (default')[0]} (default: change)` },
			until,
			replay,
			unlock,
			adopt,
			output,
			home,
			help,
		],
		examples: ['tfe-wizard practice', 'tfe-wizard practice --keep'],
		run: async (context) => (await import('./practice.ts')).practiceCommand(context),
	},
	{
		name: 'preflight',
		summary: 'check the prerequisites of an installation; change nothing',
		about:
			'Runs every check with the given answers. Exits with 0 if there is no blocker, and with 4 if there is one.',
		flags: [answers, session, output, home, help],
		examples: ['tfe-wizard preflight --answers acme.yaml'],
		run: async (context) => (await import('./install.ts')).installCommand(context, 'network'),
	},
	{
		name: 'rekey',
		summary: 'replace the Vault unseal key on the instance with key shares for key holders',
		about:
			'Runs the rekey step of an installed session: verifies the current unseal key, creates a backup, has Vault generate key shares, distributes and verifies every share, removes the old unseal key, and creates another backup. It can be interrupted at any point and resumed, also from another computer. At a terminal it prompts for each action; without one it requires a public key for every key holder, and --approve change.',
		flags: [
			session,
			answers,
			{ ...approve, help: 'change: start without confirmation (default: none)' },
			replay,
			noInput,
			output,
			home,
			help,
		],
		examples: [
			'tfe-wizard rekey --session acme-prod',
			'tfe-wizard rekey --session acme-prod --no-input --approve change',
		],
		run: async (context) => (await import('./rekey-and-backup.ts')).rekeyCommand(context),
	},
	{
		name: 'backup',
		summary: 'create and confirm a backup of an installed session',
		about:
			'Runs atlas-backup on the instance and waits until the new object is in the bucket: newer than the command, not empty, encrypted.',
		flags: [session, output, home, help],
		examples: ['tfe-wizard backup --session acme-prod'],
		run: async (context) => (await import('./rekey-and-backup.ts')).backupCommand(context),
	},
	{
		name: 'backups list',
		summary: 'list the backups of an installed session, newest first',
		about: 'Shows the age of the newest backup, and which key unseals each one. Changes nothing.',
		flags: [session, output, home, help],
		run: async (context) => (await import('./backups.ts')).listBackupsCommand(context),
	},
	{
		name: 'backups restore-guide',
		summary: 'print a checklist for restoring from a backup',
		about:
			'Covers a restore in the same region or in another one. With --session the checklist contains the names of that installation. Changes nothing.',
		flags: [session, home, help],
		run: async (context) => (await import('./backups.ts')).restoreGuideCommand(context),
	},
	{
		name: 'status',
		summary: 'show session progress and outputs',
		about: 'Reads the session and changes nothing.',
		flags: [session, output, home, help],
		run: async (context) => (await import('./sessions.ts')).statusCommand(context),
	},
	{
		name: 'answers template',
		summary: 'print a commented answers file to start from',
		about:
			'Prints an answers file: required keys are uncommented; optional keys are commented out, with their defaults.',
		flags: [{ name: 'full', help: 'uncomment every key, with its default' }, help],
		examples: ['tfe-wizard answers template > acme.yaml'],
		run: async (context) => (await import('./answers.ts')).answersTemplateCommand(context),
	},
	{
		name: 'answers check',
		operands: [{ name: 'FILE', help: 'the answers file; - reads standard input' }],
		summary: 'report every problem in an answers file in one pass',
		about:
			'Checks the file and changes nothing. Each problem is reported with file, line, column, value and rule. The files, directories, environment variables and programs that answers name are checked on this computer; programs are not run.',
		flags: [
			{
				name: 'skip-local-checks',
				help: 'do not check the files, environment variables and programs that answers name, for a file that is used on another computer',
			},
			session,
			output,
			home,
			help,
		],
		examples: ['tfe-wizard answers check acme.yaml'],
		run: async (context) => (await import('./answers.ts')).answersCheckCommand(context),
	},
	{
		name: 'answers schema',
		summary: 'print the JSON Schema of the answers file, for editors',
		about: 'Generated from the questions that tfe-wizard asks (JSON Schema 2020-12).',
		flags: [help],
		examples: ['tfe-wizard answers schema > tfe-wizard.schema.json'],
		run: async (context) => (await import('./answers.ts')).answersSchemaCommand(context),
	},
	{
		name: 'answers export',
		summary: 'print an answers file that repeats a session without prompts',
		about:
			'Every answer is explicit, including defaults and empty values. Secrets appear only as references.',
		flags: [session, home, help],
		examples: ['tfe-wizard answers export --session acme-prod > acme.yaml'],
		run: async (context) => (await import('./answers.ts')).answersExportCommand(context),
	},
	{
		name: 'answers import',
		operands: [
			{ name: 'FILE', help: 'a terraform.tfvars file of the 2018 modules; - reads standard input' },
		],
		summary: 'convert a 2018 terraform.tfvars file to an answers file',
		about:
			'Prints the answers file. Variables that need attention are reported on standard error with file and line: changed values, changed meanings, and variables that the 2018 modules did not have, which are not imported.',
		flags: [help],
		examples: ['tfe-wizard answers import terraform.tfvars > acme.yaml'],
		run: async (context) => (await import('./answers.ts')).answersImportCommand(context),
	},
	{
		name: 'sessions list',
		summary: 'list the sessions on this computer',
		about: 'One line per session: name, account, region, progress, and time of the last activity.',
		flags: [output, home, help],
		run: async (context) => (await import('./sessions.ts')).listSessionsCommand(context),
	},
	{
		name: 'sessions show',
		operands: [{ name: 'NAME', help: 'the session' }],
		summary: 'show a session: answers, steps, outputs, directories',
		about: 'Reads the session and changes nothing.',
		flags: [output, home, help],
		run: async (context) => (await import('./sessions.ts')).showSessionCommand(context),
	},
	{
		name: 'sessions remove',
		operands: [{ name: 'NAME', help: 'the session' }],
		summary: 'delete local session data; resources in AWS are kept',
		about:
			'Deletes the session directory: workspaces, logs, journal. Nothing in AWS is changed. A session that stores Terraform state in its directory is removed only with --with-state, because without that state Terraform can no longer manage its resources. The same applies to a session that cannot be read, or whose record of a rekey cannot be read.',
		flags: [
			{
				name: 'confirm',
				value: 'NAME',
				help: 'the session name, instead of typing it at the prompt',
			},
			{ name: 'with-state', help: 'also remove Terraform state in the session directory' },
			home,
			help,
		],
		run: async (context) => (await import('./remove-session.ts')).removeSessionCommand(context),
	},
	{
		name: 'completion',
		operands: [{ name: 'SHELL', oneOf: ['bash', 'zsh', 'fish'], help: 'bash, zsh or fish' }],
		summary: 'print a script that completes tfe-wizard in bash, zsh or fish',
		about:
			'Completes commands, flags, values of flags, session names and files. Session names are read from the directory of the sessions, without starting tfe-wizard. In bash and zsh, "source" the script for one session, or save it where the shell loads completions from. Print it again after an update of tfe-wizard.',
		flags: [help],
		examples: [
			'tfe-wizard completion bash > ~/.local/share/bash-completion/completions/tfe-wizard',
			'tfe-wizard completion zsh > ~/.zfunc/_tfe-wizard',
			'tfe-wizard completion fish > ~/.config/fish/completions/tfe-wizard.fish',
		],
		run: async (context) => {
			const { completionCommand } = await import('./completion.ts');
			return completionCommand(context, { commands, flagsWithoutCommand });
		},
	},
];

export const flagsWithoutCommand: readonly CommandFlag[] = [
	help,
	{ name: 'version', help: 'show the version' },
];

/** Finds the command named by the first one or two words. */
export function findCommand(argv: readonly string[]): Command | undefined {
	return (
		commands.find(({ name }) => name === argv.slice(0, 2).join(' ')) ??
		commands.find(({ name }) => name === argv[0])
	);
}
