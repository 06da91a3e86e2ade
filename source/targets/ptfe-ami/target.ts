import { accessStep } from '../../steps/access/step.ts';
import { networkStep } from '../../steps/network/step.ts';
import { createPreflightStep } from '../../steps/preflight/step.ts';
import { stateStep } from '../../steps/state/step.ts';
import type { TargetDefinition } from '../target.ts';
import { backupStep } from './backup/step.ts';
import { ptfeAmiBackups } from './backup/target-backups.ts';
import { importTfvars } from './import-tfvars/import-tfvars.ts';
import { variableAliases } from './import-tfvars/variable-mappings.ts';
import { getInstallNextSteps, installStep } from './install/step.ts';
import { ptfeAmiPractice } from './practice/target-practice.ts';
import { ptfeAmiChecks } from './preflight-checks.ts';
import { CUSTODIANS_KEY, THRESHOLD_KEY } from './rekey/questions.ts';
import { rekeyStep } from './rekey/step.ts';
import { createTerraformTextCheck } from './rules/terraform-text-check.ts';
import { unmaskableNames } from './rules/unmaskable-names.ts';
import {
	describeDuration,
	describeOperatorPrompts,
	getRequiredQuestion,
	getRestartWarning,
} from './run-information.ts';
import { settingsStep } from './settings/step.ts';
import { bootstrapStep } from './startup/step.ts';

/** Private Terraform Enterprise from the 2018 AMI, on current AWS services. */
export const ptfeAmiTarget: TargetDefinition = {
	id: 'ptfe-ami',
	label: 'Private Terraform Enterprise (AMI)',
	hint: 'AMI releases v201703-1 to v201808-1, on current AWS services',
	steps: [
		createPreflightStep(ptfeAmiChecks),
		networkStep,
		accessStep,
		stateStep,
		settingsStep,
		installStep,
		bootstrapStep,
		rekeyStep,
		backupStep,
	],
	stacks: ['network', 'access', 'install'],
	checks: ptfeAmiChecks,
	textProblemOf: createTerraformTextCheck,
	fixedNames: unmaskableNames,
	variableAliases,
	usualAnswers: {
		network: 'create',
		access: 'current',
		state: 's3',
		instance: 'ssh',
		rekey: 'custodians',
		[CUSTODIANS_KEY]: { 'security-lead': '', 'head-of-operations': '', 'on-call': '' },
		[THRESHOLD_KEY]: 2,
		backup: true,
	},
	duration: describeDuration,
	nextCommands: ({ session, answers, outputs }) => [
		...getInstallNextSteps({ answers }, outputs.install ?? {}),
		`tfe-wizard status --session ${session}`,
		// After a rekey, a restore depends on which key unseals which backup.
		...(outputs.rekey?.epoch === undefined
			? []
			: [`tfe-wizard backups restore-guide --session ${session}`]),
		`tfe-wizard answers export --session ${session}`,
	],
	// A rekey replaces a key.
	approval: ({ rekey }) => (rekey === 'custodians' ? 'change' : 'create'),
	attended: describeOperatorPrompts,
	questionBefore: getRequiredQuestion,
	restartWarning: getRestartWarning,
	importVariables: importTfvars,
	backups: ptfeAmiBackups,
	practice: ptfeAmiPractice,
};
