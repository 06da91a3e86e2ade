import type { EngineEvent } from '../../engine/events.ts';
import { quoteShellWord } from '../../engine/shell-quote.ts';
import type { Step, StepResult } from '../../engine/step.ts';
import { convergeStack } from '../stack/converge-stack.ts';
import { getStackDirectory } from '../stack/terraform-driver-and-provider-source.ts';
import { finishMoveOrAdoptState } from '../state/move-state.ts';
import {
	type Context,
	createNoteEvent,
	getAnswerList,
	getAnswerText,
	type Services,
} from '../step-context.ts';
import { type NetworkPlacement, resolveExistingSubnets } from './existing-subnets.ts';
import { networkLookups, networkQuestions, networkRules } from './questions.ts';

export const networkStep: Step<Services> = {
	id: 'network',
	title: 'Network',
	summary: 'Creates the VPC, or checks the existing subnets.',
	needs: ['preflight'],
	questions: networkQuestions,
	rules: networkRules,
	lookups: networkLookups,
	intent: (answers) =>
		answers.network === 'existing'
			? ['check the existing subnets; change nothing']
			: ['create a VPC with 2 public and 2 private subnets, NAT, an S3 endpoint and flow logs'],
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	if (context.answers.network === 'existing') {
		const placement = await resolveExistingSubnets(context);
		yield* warnAboutUnusedVpc(context);
		return {
			summary: `${placement.vpc_id}: the existing subnets are valid`,
			outputs: { ...placement },
		};
	}
	const { outputs } = yield* convergeStack(context, {
		stack: 'network',
		backend: yield* finishMoveOrAdoptState(context, 'network'),
		template: 'base-vpc',
		variables: {
			vpc_name: getAnswerText(context, 'network.create.name'),
			cidr_block: getAnswerText(context, 'network.create.cidr'),
			availability_zones: getAnswerList(context, 'network.create.availability_zones'),
			single_nat_gateway: context.answers['network.create.single_nat_gateway'] === true,
			flow_log_retention_days: Number(
				context.answers['network.create.flow_log_retention_days'] ?? 90,
			),
		},
	});
	const placement = toPlacement(outputs);
	return {
		summary: `${placement.vpc_id}, ${getAnswerText(context, 'network.create.cidr')}, 2 zones`,
		outputs: { ...placement },
	};
}

/** In a new VPC the load balancer is in the public subnets, everything else in the private ones. */
function toPlacement(outputs: Readonly<Record<string, unknown>>): NetworkPlacement {
	const list = (name: string) => (Array.isArray(outputs[name]) ? outputs[name].map(String) : []);
	const priv = list('private_subnet_ids');
	return {
		vpc_id: String(outputs.vpc_id ?? ''),
		instance_subnet_id: priv[0] ?? '',
		elb_subnet_ids: list('public_subnet_ids'),
		data_subnet_ids: priv.slice(0, 2),
	};
}

/** A VPC created before the answers changed to existing subnets is never destroyed silently. */
async function* warnAboutUnusedVpc(context: Context): AsyncGenerator<EngineEvent> {
	if (context.session.record.notes['stack.network'] === undefined) return;
	yield createNoteEvent(
		context,
		'warning',
		`the VPC created earlier by this session still exists and incurs costs; to destroy it: terraform -chdir=${quoteShellWord(getStackDirectory(context, 'network'))} destroy`,
	);
}
