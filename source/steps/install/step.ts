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

/** Settings that are no variable of the template. */
const NOT_VARIABLES = new Set(['db_password', 'instance_role_policies']);

export const install: Step<Services> = {
	id: 'install',
	title: 'Install',
	summary: 'Makes everything Terraform Enterprise runs on, and delivers its setup data.',
	needs: ['network', 'access', 'state', 'settings'],
	installs: true,
	questions: installQuestions,
	rules: installRules,
	intent: (answers) => [
		`terraform init, plan, apply: database, storage, key, instance, balancer, role for ${String(answers['settings.fqdn'] ?? 'the FQDN')}`,
		`write s3://${String(answers['settings.bucket_name'] ?? 'BUCKET')}/tfe-setup-data, encrypted with the key of the installation`,
	],
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	// In the bucket too: another machine may have begun it.
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
		summary: changed
			? `${url} is made; the instance starts by itself`
			: `${url}: nothing had to change`,
		outputs,
	};
}

/** What is built on the installation, and gone with it. */
const WITH_IT = ['install', 'bootstrap', 'rekey', 'backup'];

/** The state has no resources though this session had installed: everything was destroyed. */
async function* gone(context: Context): AsyncGenerator<EngineEvent> {
	context.session.uninstalled(WITH_IT);
	yield {
		type: 'note',
		step: context.step,
		level: 'warning',
		text: 'the Terraform state has no resources any more: what this session had installed was destroyed outside of it; the plan creates it again',
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

/** A plan that replaced the machine now would lose Vault: what is there stays as it is. */
async function* leftAlone(context: Context, why: string): AsyncGenerator<EngineEvent, StepResult> {
	yield {
		type: 'note',
		step: context.step,
		level: 'warning',
		text: `nothing of the installation is changed now: ${why}`,
	};
	const summary = 'left as it is until the rekey has ended';
	const known = installedOf(context.session.record);
	if (known !== undefined && known.withheld === undefined)
		return { summary, outputs: known.outputs };
	// An output that is not stored, or a session created again for one that is lost: the state has it.
	yield* assertPlaceFree(context, 'install');
	return { summary, outputs: yield* outputsOf(context, await stackOf(context)) };
}

function variablesOf(context: Context): Record<string, HclValue> {
	const given = answersBelow(context, 'settings');
	// In the order they are asked: the same answers give the same file, however they were given.
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

/** What leads on from a finished install. */
export function installNext(
	context: Pick<Context, 'answers'>,
	outputs: Readonly<Record<string, unknown>>,
): string[] {
	const zone = text(context, 'settings.zone_id');
	const fqdn = text(context, 'settings.fqdn');
	if (zone !== '') return [];
	return [`make the DNS record: ${fqdn} CNAME ${String(outputs.dns_name ?? '')}`];
}
