import { access } from '../../steps/access/step.ts';
import { backup } from '../../steps/backup/step.ts';
import { bootstrap } from '../../steps/bootstrap/step.ts';
import { importTfvars } from '../../steps/import-tfvars/import-tfvars.ts';
import { install, installNext } from '../../steps/install/step.ts';
import { network } from '../../steps/network/step.ts';
import { createPreflight } from '../../steps/preflight/step.ts';
import { rekey } from '../../steps/rekey/step.ts';
import { fixedNames } from '../../steps/rules/fixed-names.ts';
import { terraformTextRule } from '../../steps/rules/terraform-text.ts';
import { settings } from '../../steps/settings/step.ts';
import { state } from '../../steps/state/step.ts';
import type { TargetDefinition } from '../target.ts';
import { backups } from './backups.ts';
import { checks } from './checks.ts';
import { practice } from './practice/practice.ts';
import { attended, duration, questionBefore, restartWarning } from './run-facts.ts';

/** Private Terraform Enterprise from the 2018 AMI, on current AWS services. */
export const ptfeAmi: TargetDefinition = {
	id: 'ptfe-ami',
	label: 'Private Terraform Enterprise (AMI)',
	hint: 'AMI releases v201703-1 to v201808-1, on current AWS services',
	steps: [
		createPreflight(checks),
		network,
		access,
		state,
		settings,
		install,
		bootstrap,
		rekey,
		backup,
	],
	stacks: ['network', 'access', 'install'],
	checks,
	textProblemOf: terraformTextRule,
	fixedNames,
	usualAnswers: { network: 'create', access: 'current', state: 's3' },
	duration,
	nextCommands: ({ session, answers, outputs }) => [
		...installNext({ answers }, outputs.install ?? {}),
		`tfe-wizard status --session ${session}`,
		// After a rekey, a restore depends on which key unseals which backup.
		...(outputs.rekey?.epoch === undefined
			? []
			: [`tfe-wizard backups restore-guide --session ${session}`]),
		`tfe-wizard answers export --session ${session}`,
	],
	// A rekey replaces a key.
	approval: ({ rekey }) => (rekey === 'custodians' ? 'change' : 'create'),
	attended,
	questionBefore,
	restartWarning,
	importVariables: importTfvars,
	backups,
	practice,
};
