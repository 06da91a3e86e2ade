/** A flag, as data: parsing, `--help` and docs/commands.md are all made from it. */
export interface Flag {
	/** Long name without dashes. */
	name: string;
	short?: string;
	/** Name of its value in help; without one the flag is a switch. */
	value?: string;
	/** The only values taken. */
	oneOf?: readonly string[];
	help: string;
}

export interface Command {
	/** Words as typed: `install`, `answers check`. */
	name: string;
	/** Positional arguments, as help writes them. */
	operands?: readonly { name: string; required: boolean; help: string }[];
	/** One line for the list of commands. */
	summary: string;
	/** A paragraph for its own help. */
	about: string;
	flags: readonly Flag[];
	examples?: readonly string[];
}

const home: Flag = {
	name: 'home',
	value: 'DIR',
	help: 'where sessions lie (also TFE_WIZARD_HOME)',
};
const output: Flag = {
	name: 'output',
	value: 'FORMAT',
	oneOf: ['text', 'json'],
	help: 'text for people and logs (default), json for programs: one event a line',
};
const session: Flag = {
	name: 'session',
	value: 'NAME',
	help: 'which installation (default: default)',
};
const answers: Flag = { name: 'answers', value: 'FILE', help: 'answers file, YAML or JSON' };
const help: Flag = { name: 'help', short: 'h', help: 'show this help' };

const approve: Flag = {
	name: 'approve',
	value: 'WHAT',
	oneOf: ['none', 'create', 'change', 'destroy'],
	help: 'how far it may go by itself: create only, also change, also destroy and replace (default: none)',
};
const until: Flag = { name: 'until', value: 'STEP', help: 'stop before this step' };
const noInput: Flag = {
	name: 'no-input',
	help: 'never ask; a missing answer ends the run (exit 3)',
};
const replay: Flag = {
	name: 'replay',
	help: 'go on with answers that differ from the session’s, after showing the difference',
};
const unlock: Flag = {
	name: 'unlock',
	value: 'ID',
	help: 'remove a stale state lock with this id first (the message about the lock names it)',
};

const adopt: Flag = {
	name: 'adopt-state',
	help: 'go on with a Terraform state that lies already where the answers say, of a session that is lost',
};

const cloud: Flag = {
	name: 'cloud',
	value: 'URL',
	help: 'practise with a practice cloud that already runs on this loopback address',
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
		summary: 'the guided installation, screen by screen; also what tfe-wizard alone does',
		about:
			'Asks for what an installation needs, with choices looked up in the account, checks beside the questions, shows every plan before it is applied, and follows the work. It can be left at any time with ctrl-c; the next start goes on there. Needs a terminal.',
		flags: [
			{ ...session, help: 'go on with this session, or begin one of this name' },
			{
				...answers,
				help: 'begin with the answers of this file; only what it lacks, or keeps under "ask", is asked',
			},
			{ name: 'practice', help: 'practise on this machine: no account, no cost' },
			{
				name: 'lines',
				help: 'line by line, without repainting: for screen readers (also TFE_WIZARD_LINES=1, and TERM=dumb)',
			},
			cloud,
			unlock,
			adopt,
			home,
			help,
		],
		examples: ['tfe-wizard', 'tfe-wizard --practice', 'tfe-wizard --session acme-prod'],
	},
	{
		name: 'install',
		summary: 'install from an answers file, or resume where a session stopped',
		about:
			'Runs the steps in order: preflight, network, access, state, settings, install, bootstrap, rekey, backup. Shows each plan before it is applied and applies exactly that plan. Without --approve it stops at the first plan, changes nothing, and keeps the plan for you to read.',
		flags: running,
		examples: [
			'tfe-wizard install --answers acme.yaml --session acme-prod',
			'tfe-wizard install --session acme-prod --approve create',
		],
	},
	{
		name: 'practice',
		summary: 'the whole installation on this machine alone: no AWS account, no cost',
		about:
			'Runs the same engine, real terraform and the real AWS provider against a practice cloud on the loopback interface. Needs no account, no answers and no terminal. Everything it prints is marked PRACTICE.',
		flags: [
			{ name: 'keep', help: 'leave the practice cloud running at the end, to look around in it' },
			{ name: 'stop', help: 'stop a practice cloud that was kept, and end' },
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
	},
	{
		name: 'preflight',
		summary: 'check everything an installation needs; change nothing',
		about:
			'Runs every check with the answers given and ends 0 when nothing stands in the way, 4 when something does.',
		flags: [answers, session, output, home, help],
		examples: ['tfe-wizard preflight --answers acme.yaml'],
	},
	{
		name: 'rekey',
		summary: 'take the key that opens Vault out of the machine, into custodians’ hands',
		about:
			'Runs the step rekey of an installed session: proves the old key, backs up, has Vault make shares, hands them out, proves every one, removes the old key, and backs up again. It can be stopped at any point and resumed, also from another machine. At a terminal it leads through it; without one it needs a public key for every custodian, and --approve change.',
		flags: [
			session,
			answers,
			{ ...approve, help: 'change: begin without a person who agrees (default: none)' },
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
	},
	{
		name: 'backup',
		summary: 'make a backup of an installed session now, and confirm it',
		about:
			'Runs atlas-backup on the instance and waits until the new object is seen in the bucket: newer than the command, not empty, encrypted.',
		flags: [session, output, home, help],
		examples: ['tfe-wizard backup --session acme-prod'],
	},
	{
		name: 'backups list',
		summary: 'the backups of an installed session, newest first',
		about: 'Says how old the newest is, and which key opens each. Changes nothing.',
		flags: [session, output, home, help],
	},
	{
		name: 'backups restore-guide',
		summary: 'how to restore from a backup, as a checklist',
		about:
			'In the same region or in another one. With --session the names of that installation are filled in. Changes nothing.',
		flags: [session, home, help],
	},
	{
		name: 'status',
		summary: 'how far a session has come, and what it put out',
		about: 'Reads the session and changes nothing.',
		flags: [session, output, home, help],
	},
	{
		name: 'answers template',
		summary: 'write a commented answers file to begin with',
		about:
			'Prints an answers file: what must be answered stands ready, all else is there as a comment with its default.',
		flags: [{ name: 'full', help: 'every key live, with its default' }, help],
		examples: ['tfe-wizard answers template > acme.yaml'],
	},
	{
		name: 'answers check',
		operands: [{ name: 'FILE', required: true, help: 'the answers file' }],
		summary: 'find everything wrong with an answers file, in one pass',
		about:
			'Checks the file without touching anything outside it. Each problem names file, line, column, value and rule.',
		flags: [session, output, home, help],
		examples: ['tfe-wizard answers check acme.yaml'],
	},
	{
		name: 'answers schema',
		summary: 'print the JSON Schema of the answers file, for editors',
		about: 'Made from the same questions the program asks (JSON Schema 2020-12).',
		flags: [help],
		examples: ['tfe-wizard answers schema > tfe-wizard.schema.json'],
	},
	{
		name: 'answers export',
		summary: 'print an answers file that repeats a session without a question',
		about: 'Every answer is explicit, defaults and blanks too. Secrets appear as references only.',
		flags: [session, home, help],
		examples: ['tfe-wizard answers export --session acme-prod > acme.yaml'],
	},
	{
		name: 'answers import',
		operands: [{ name: 'FILE', required: true, help: 'a terraform.tfvars of the 2018 modules' }],
		summary: 'turn a 2018 terraform.tfvars into an answers file',
		about:
			'Prints the answers file; what changed meaning since 2018 is said on standard error and in comments.',
		flags: [help],
		examples: ['tfe-wizard answers import terraform.tfvars > acme.yaml'],
	},
	{
		name: 'sessions list',
		summary: 'all sessions on this machine',
		about: 'One line a session: name, account, region, how far it came, when.',
		flags: [output, home, help],
	},
	{
		name: 'sessions show',
		operands: [{ name: 'NAME', required: true, help: 'the session' }],
		summary: 'one session: answers, steps, outputs, folders',
		about: 'Reads the session and changes nothing.',
		flags: [output, home, help],
	},
	{
		name: 'sessions remove',
		operands: [{ name: 'NAME', required: true, help: 'the session' }],
		summary: 'forget a session; what it installed stays',
		about:
			'Deletes the session folder: workspaces, logs, journal. Nothing in AWS is touched. A session whose state lies on this disk is refused unless --with-state says so, for then Terraform would no longer know what it made. So is a session that cannot be read, or whose record of a rekey cannot be read.',
		flags: [
			{ name: 'confirm', value: 'NAME', help: 'the session’s name again, in place of typing it' },
			{ name: 'with-state', help: 'also when Terraform state lies in the folder' },
			home,
			help,
		],
	},
];

export const topFlags: readonly Flag[] = [help, { name: 'version', help: 'show the version' }];
