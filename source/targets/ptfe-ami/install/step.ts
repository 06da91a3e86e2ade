import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getDatabaseStatus } from '../../../aws/account-queries.ts';
import { replaceFileAtomically } from '../../../engine/durable-file.ts';
import { WizardError } from '../../../engine/errors.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import { getInstallationRecord } from '../../../engine/session/session-record.ts';
import type { Step, StepOutputs, StepResult } from '../../../engine/step.ts';
import {
	convergeStack,
	readStackOutputs,
	type StackOptions,
} from '../../../steps/stack/converge-stack.ts';
import { requireApproval } from '../../../steps/stack/plan-review.ts';
import { renderBackendFile } from '../../../steps/state/backends.ts';
import { assertNoForeignState, moveState } from '../../../steps/state/move-state.ts';
import {
	type Context,
	createNoteEvent,
	getAnswersBelow,
	getAnswerText,
	type Services,
} from '../../../steps/step-context.ts';
import type { HclValue } from '../../../terraform/format-hcl.ts';
import { findRestartBlockReason } from '../../../vault/ceremony/ceremony-record.ts';
import { createCeremonyRecordStore } from '../rekey/ceremony-storage.ts';
import { renderRolePolicies } from '../rules/role-policies.ts';
import { settingsQuestions } from '../settings/questions.ts';
import {
	findOrGenerateDatabasePassword,
	type ManagedDatabasePassword,
} from './database-password.ts';
import {
	parseSetupMarker,
	readSetupObject,
	renderSetupData,
	SETUP_OBJECT_KEY,
	type SetupObject,
	writeSetupObject,
} from './setup-data.ts';

/** Settings that are not variables of the template. */
const NOT_VARIABLES = new Set(['db_password', 'instance_role_policies']);

export const installStep: Step<Services> = {
	id: 'install',
	title: 'Install',
	summary: 'Creates the infrastructure of Terraform Enterprise and writes its setup data.',
	needs: ['network', 'access', 'state', 'settings'],
	installs: true,
	questions: [],
	rules: [],
	intent: (answers) => [
		`terraform init, plan, apply: database, storage, key, instance, load balancer, role for ${String(answers['settings.fqdn'] ?? 'the FQDN')}`,
		`write s3://${String(answers['settings.bucket_name'] ?? 'BUCKET')}/tfe-setup-data, encrypted with the KMS key of the installation`,
	],
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	// The bucket is read too, because another computer may have started the rekey.
	const why = findRestartBlockReason(await createCeremonyRecordStore(context).read());
	if (why !== undefined) return yield* skipDuringRekey(context, why);
	const password = await findOrGenerateDatabasePassword(context);
	yield* moveState(context, 'install');
	yield* assertNoForeignState(context, 'install');
	const { outputs, changed } = yield* convergeStack(context, {
		...(await getStackOptions(context)),
		secrets: {
			plan: { TF_VAR_db_password: password.value },
			apply: async () => ({ TF_VAR_db_password: await password.keep() }),
		},
		waitForResources: () => waitForDatabase(context),
		handleEmptyState:
			getInstallationRecord(context.session.record) && (() => handleDestroyedInstallation(context)),
	});
	yield* deliverSetupData(context, outputs, password, changed);
	const url = String(outputs.url ?? '');
	return {
		summary: changed ? `created ${url}; the instance starts automatically` : `${url}: no changes`,
		outputs,
	};
}

/** Steps whose results are lost with the installation. */
const WITH_IT = ['install', 'bootstrap', 'rekey', 'backup'];

/** The state has no resources although this session installed some: they were destroyed. */
async function* handleDestroyedInstallation(context: Context): AsyncGenerator<EngineEvent> {
	context.session.uninstalled(WITH_IT);
	yield createNoteEvent(
		context,
		'warning',
		'the Terraform state has no resources: the installation was destroyed outside of this session; the plan recreates it',
	);
}

/** In the README of the workspace: where the database password is. */
const PASSWORD_NOTES = [
	'The database password is neither in these files nor in the state. Terraform needs it only when it sets it:',
	'when the database is created, or when `db_password_version` is increased. Then set `TF_VAR_db_password`.',
	'`tfe-setup-data`, which the instance reads at its first boot, is not a resource, because the state would contain the password.',
	'tfe-wizard writes it to the bucket, encrypted with the installation’s KMS key.',
];

async function getStackOptions(context: Context): Promise<StackOptions> {
	return {
		stack: 'install',
		template: 'aws-standard',
		variables: getTemplateVariables(context),
		extra: await renderRolePolicies(context),
		notes: PASSWORD_NOTES,
		backend: renderBackendFile(context, 'install'),
	};
}

/** Replacing the instance during a rekey would lose Vault, so nothing is changed. */
async function* skipDuringRekey(
	context: Context,
	why: string,
): AsyncGenerator<EngineEvent, StepResult> {
	yield createNoteEvent(context, 'warning', `the installation is not changed: ${why}`);
	const summary = 'not changed until the rekey is complete';
	const known = getInstallationRecord(context.session.record);
	if (known !== undefined && known.withheld === undefined)
		return { summary, outputs: known.outputs };
	// Outputs that are not stored, or that belong to a lost session, are in the state.
	yield* assertNoForeignState(context, 'install');
	return { summary, outputs: yield* readStackOutputs(context, await getStackOptions(context)) };
}

function getTemplateVariables(context: Context): Record<string, HclValue> {
	const given = getAnswersBelow(context, 'settings');
	// In question order, so that the same answers always produce the same file.
	const settings = settingsQuestions
		.map(({ key }) => key.replace(/^settings\./, ''))
		.filter((name) => name in given && !NOT_VARIABLES.has(name))
		.map((name) => [name, given[name]]);
	const network = context.outputs.network ?? {};
	return {
		...(Object.fromEntries(settings) as Record<string, HclValue>),
		instance_subnet_id: String(network.instance_subnet_id ?? ''),
		elb_subnet_ids: network.elb_subnet_ids as HclValue,
		data_subnet_ids: network.data_subnet_ids as HclValue,
	};
}

/** Next steps after the install. */
export function getDnsNextSteps(
	context: Pick<Context, 'answers'>,
	outputs: Readonly<Record<string, unknown>>,
): string[] {
	const zone = getAnswerText(context, 'settings.zone_id');
	const fqdn = getAnswerText(context, 'settings.fqdn');
	if (zone !== '') return [];
	return [`create the DNS record: ${fqdn} CNAME ${String(outputs.dns_name ?? '')}`];
}

const POLL_MS = 5_000;
/** The same limit as in the template, because a large snapshot takes long. */
const DEADLINE_MS = 2 * 60 * 60 * 1000;
/** RDS passes through these on its way to `available`. */
const UNDER_WAY = new Set([
	'creating',
	'backing-up',
	'modifying',
	'configuring-enhanced-monitoring',
]);

/**
 * Waits for a database that an interrupted run started to create: until it is available it has no
 * address, and dependent resources would be created without one.
 *
 * @throws WizardError `cancelled`, or `timeout` after two hours.
 */
async function* waitForDatabase(context: Context): AsyncGenerator<EngineEvent> {
	// The name in the template: local.name of aws-standard.
	const identifier = `tfe-${getAnswerText(context, 'settings.installation_id')}`;
	const { aws } = context.services;
	const deadline = Date.now() + DEADLINE_MS;
	const command = `aws rds describe-db-instances --db-instance-identifier ${identifier}`;
	for (let said = false; ; said = true) {
		const status = await getDatabaseStatus(aws.rds, identifier);
		if (status === undefined || !UNDER_WAY.has(status)) return;
		const words = `waiting for the database ${identifier} (${status})`;
		if (!said) yield createNoteEvent(context, 'info', words);
		if (Date.now() >= deadline)
			throw new WizardError('timeout', {
				message: `The database ${identifier} was not available within 2 hours; its status is ${status}.`,
				next: [command, 'Then run the same command again.'],
			});
		await sleep(POLL_MS, undefined, { signal: context.cancel.gentle }).catch(() => {
			throw new WizardError('cancelled', {
				message: `Cancelled while waiting for the database ${identifier}.`,
				next: ['Run the same command again to resume.'],
			});
		});
	}
}

const FILE_NOTE = 'setup-file';

/**
 * Writes the setup data to where the instance reads it: encrypted in the bucket, or, with
 * local_setup, in a file to paste at the instance's first prompt. Written only if it differs.
 */
async function* deliverSetupData(
	context: Context,
	outputs: StepOutputs,
	password: ManagedDatabasePassword,
	changed: boolean,
): AsyncGenerator<EngineEvent> {
	const settings = getAnswersBelow(context, 'settings');
	const write = (value: string) => renderSetupData({ outputs, settings, password: value });
	const value = await password.keep();
	if (settings.local_setup === true) yield* writeSetupFile(context, write(value), write('-'));
	else {
		// An apply may have replaced the bucket.
		const bucket = String(outputs.bucket_name ?? '');
		const there = changed
			? await readSetupObject(context.services.aws.s3, bucket)
			: password.delivered;
		yield* writeSetupObjectIfChanged(context, outputs, there, write(value));
	}
	await password.settle();
}

async function* writeSetupObjectIfChanged(
	context: Context,
	outputs: StepOutputs,
	there: SetupObject | undefined,
	wanted: string,
): AsyncGenerator<EngineEvent> {
	const { services, session, step } = context;
	const bucket = String(outputs.bucket_name ?? '');
	const key = String(outputs.kms_key_arn ?? '');
	const what = `s3://${bucket}/${SETUP_OBJECT_KEY}, encrypted with ${key}`;
	if (there?.text === wanted && there.encryption === 'aws:kms' && there.kmsKey === key) {
		yield { type: 'change', step, what, state: 'kept' };
		return;
	}
	const ours = there !== undefined && parseSetupMarker(there.text) !== undefined;
	requireApproval(context, ours ? 'change' : 'create', `write ${what}`);
	session.journal.write('setup-data', { bucket, key });
	await writeSetupObject(services.aws.s3, bucket, key, wanted);
	yield { type: 'change', step, what, state: 'made' };
}

/**
 * Operators remove the file after pasting it, so it is written again only if something other than
 * the password changed; `bare` is the same text without the password.
 */
async function* writeSetupFile(
	context: Context,
	wanted: string,
	bare: string,
): AsyncGenerator<EngineEvent> {
	const { session, step } = context;
	const path = join(session.folders.root, SETUP_OBJECT_KEY);
	const digest = createHash('sha256').update(bare).digest('hex');
	if (session.record.notes[FILE_NOTE] === digest) {
		const what = existsSync(path) ? path : `${path} (pasted and removed)`;
		yield { type: 'change', step, what, state: 'kept' };
		return;
	}
	requireApproval(context, 'create', `write ${path}`);
	replaceFileAtomically(path, wanted);
	session.note(FILE_NOTE, digest);
	yield { type: 'change', step, what: path, state: 'made' };
	yield createNoteEvent(
		context,
		'warning',
		`${path} contains the database password, as local_setup requires: paste it at the instance’s first prompt, then remove it (shred -u)`,
	);
}
