import type { Answers } from '../../engine/question.ts';
import type { SessionRecord } from '../../engine/session/session-record.ts';
import { installCredentialsStep } from '../../steps/access/step.ts';
import { networkStep } from '../../steps/network/step.ts';
import { createPreflightStep } from '../../steps/preflight/step.ts';
import { stateStep } from '../../steps/state/step.ts';
import { findRestartBlockReason } from '../../vault/ceremony/ceremony-record.ts';
import type { RestartBlocker, TargetDefinition } from '../target.ts';
import { backupStep } from './backup/step.ts';
import { ptfeAmiBackups } from './backup/target-backups.ts';
import { importTfvars } from './import-tfvars/import-tfvars.ts';
import { formerVariablesByAnswerKey } from './import-tfvars/variable-mappings.ts';
import { getDnsNextSteps, installStep } from './install/step.ts';
import { ptfeAmiPractice } from './practice/target-practice.ts';
import { ptfeAmiChecks } from './preflight-checks.ts';
import { parseCeremonyRecordNote } from './rekey/ceremony-storage.ts';
import { CUSTODIANS_KEY, THRESHOLD_KEY } from './rekey/questions.ts';
import { rekeyStep } from './rekey/step.ts';
import { createTerraformTextCheck } from './rules/terraform-text-check.ts';
import { unmaskableNames } from './rules/unmaskable-names.ts';
import { settingsStep } from './settings/step.ts';
import { startupWaitStep } from './startup/step.ts';

/** Private Terraform Enterprise from the 2018 AMI, on current AWS services. */
export const ptfeAmiTarget: TargetDefinition = {
	id: 'ptfe-ami',
	label: 'Private Terraform Enterprise (AMI)',
	hint: 'AMI releases v201703-1 to v201808-1, on current AWS services',
	steps: [
		createPreflightStep(ptfeAmiChecks),
		networkStep,
		installCredentialsStep,
		stateStep,
		settingsStep,
		installStep,
		startupWaitStep,
		rekeyStep,
		backupStep,
	],
	stacks: ['network', 'access', 'install'],
	checks: ptfeAmiChecks,
	textProblemOf: createTerraformTextCheck,
	fixedNames: unmaskableNames,
	variableAliases: formerVariablesByAnswerKey,
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
		...getDnsNextSteps({ answers }, outputs.install ?? {}),
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

/** The expected duration of a run, for messages. */
function describeDuration({
	answers,
	practice,
	only,
}: {
	answers: Answers;
	practice: boolean;
	only?: readonly string[];
}): string {
	const people = 'a few minutes per key holder';
	if (only !== undefined) return people;
	const install = practice
		? 'about 3 minutes, locally'
		: 'usually 25 to 40 minutes, mostly the database';
	return answers.rekey === 'custodians' ? `${install}, then ${people}` : install;
}

/** An unattended run only encrypts key shares, so key holders without a key need a prompt. */
function describeOperatorPrompts(answers: Answers): string | undefined {
	const people = answers['rekey.custodians.people'];
	if (answers.rekey !== 'custodians' || typeof people !== 'object' || people === null)
		return undefined;
	const keyless = Object.entries(people).flatMap(([name, key]) => (key === '' ? [name] : []));
	if (keyless.length === 0) return undefined;
	return `Except the rekey step, which shows key shares to ${keyless.join(', ')}, who have no OpenPGP key.`;
}

/** A rekey alone needs key holders, and an instance that is reached over SSH. */
function getRequiredQuestion(_only: readonly string[], answers: Answers): string | undefined {
	if (answers.rekey === 'custodians') return undefined;
	return answers.instance === 'ssh' ? 'rekey' : 'instance';
}

/** Between the commit of new key shares and its confirmation, a restart could lock Vault. */
function getRestartWarning({
	name,
	notes,
}: Pick<SessionRecord, 'name' | 'notes'>): RestartBlocker | undefined {
	const ceremony = parseCeremonyRecordNote(notes);
	if (ceremony === 'unreadable') return 'unreadable';
	const reason = findRestartBlockReason(ceremony);
	if (reason === undefined) return undefined;
	return { reason, command: `tfe-wizard rekey --session ${name}` };
}
