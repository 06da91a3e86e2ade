import type { EngineEvent } from '../../engine/events.ts';
import { installedOf } from '../../engine/session/record.ts';
import type { Step, StepResult } from '../../engine/step.ts';
import type { HclValue } from '../../terraform/hcl.ts';
import { rebootGate } from '../../vault/ceremony/record.ts';
import { ceremonyRecords } from '../rekey/keeping.ts';
import { answersBelow, type Context, type Services, text } from '../services.ts';
import { settingsQuestions } from '../settings/questions.ts';
import { convergeStack, outputsOf, type StackWishes } from '../stack/converge.ts';
import { wantedBackend } from '../state/backend.ts';
import { assertPlaceFree, moveState } from '../state/move.ts';
import { waitForDatabase } from './database.ts';
import { assertSamePassword, deliverSetupData } from './deliver.ts';
import { databasePassword } from './password.ts';
import { rolePoliciesFile } from './policies.ts';
import { installQuestions } from './questions.ts';
import { installRules } from './rules.ts';

/** Settings that are not variables of the template. */
const NOT_VARIABLES = new Set(['db_password', 'instance_role_policies']);

export const install: Step<Services> = {
	id: 'install',
	title: 'Install',
	summary: 'Creates the infrastructure of Terraform Enterprise and writes its setup data.',
	needs: ['network', 'access', 'state', 'settings'],
	installs: true,
	questions: installQuestions,
	rules: installRules,
	intent: (answers) => [
		`terraform init, plan, apply: database, storage, key, instance, load balancer, role for ${String(answers['settings.fqdn'] ?? 'the FQDN')}`,
		`write s3://${String(answers['settings.bucket_name'] ?? 'BUCKET')}/tfe-setup-data, encrypted with the KMS key of the installation`,
	],
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	// The bucket is read too, because another computer may have started the rekey.
	const why = rebootGate(await ceremonyRecords(context).read());
	if (why !== undefined) return yield* leftAlone(context, why);
	const password = await databasePassword(context);
	await assertSamePassword(context, password);
	yield* moveState(context, 'install');
	yield* assertPlaceFree(context, 'install');
	const { outputs, changed } = yield* convergeStack(context, {
		...(await stackOf(context)),
		secrets: {
			plan: async () => ({ TF_VAR_db_password: password.value }),
			apply: async () => ({ TF_VAR_db_password: await password.keep() }),
		},
		ordered: () => waitForDatabase(context),
		...(installedOf(context.session.record) === undefined ? {} : { empty: () => gone(context) }),
	});
	yield* deliverSetupData(context, outputs, password);
	const url = String(outputs.url ?? '');
	return {
		summary: changed ? `created ${url}; the instance starts automatically` : `${url}: no changes`,
		outputs,
	};
}

/** Steps whose results are lost with the installation. */
const WITH_IT = ['install', 'bootstrap', 'rekey', 'backup'];

/** The state has no resources although this session installed some: they were destroyed. */
async function* gone(context: Context): AsyncGenerator<EngineEvent> {
	context.session.uninstalled(WITH_IT);
	yield {
		type: 'note',
		step: context.step,
		level: 'warning',
		text: 'the Terraform state has no resources: the installation was destroyed outside of this session; the plan recreates it',
	};
}

async function stackOf(context: Context): Promise<StackWishes> {
	return {
		stack: 'install',
		template: 'aws-standard',
		variables: variablesOf(context),
		extra: await rolePoliciesFile(context),
		backend: wantedBackend(context, 'install'),
	};
}

/** Replacing the instance during a rekey would lose Vault, so nothing is changed. */
async function* leftAlone(context: Context, why: string): AsyncGenerator<EngineEvent, StepResult> {
	yield {
		type: 'note',
		step: context.step,
		level: 'warning',
		text: `the installation is not changed: ${why}`,
	};
	const summary = 'not changed until the rekey is complete';
	const known = installedOf(context.session.record);
	if (known !== undefined && known.withheld === undefined)
		return { summary, outputs: known.outputs };
	// Outputs that are not stored, or that belong to a lost session, are in the state.
	yield* assertPlaceFree(context, 'install');
	return { summary, outputs: yield* outputsOf(context, await stackOf(context)) };
}

function variablesOf(context: Context): Record<string, HclValue> {
	const given = answersBelow(context, 'settings');
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
export function installNext(
	context: Pick<Context, 'answers'>,
	outputs: Readonly<Record<string, unknown>>,
): string[] {
	const zone = text(context, 'settings.zone_id');
	const fqdn = text(context, 'settings.fqdn');
	if (zone !== '') return [];
	return [`create the DNS record: ${fqdn} CNAME ${String(outputs.dns_name ?? '')}`];
}
