import type { EngineEvent } from '../../engine/events.ts';
import type { Step, StepResult } from '../../engine/step.ts';
import {
	type Context,
	getAnswerText,
	getOutputText,
	type Services,
	targetKeys,
} from '../services.ts';
import { convergeStack } from '../stack/converge-stack.ts';
import { finishInterruptedMove, getAdoptedBackend } from '../state/move-state.ts';
import { accessLookups } from './lookups.ts';
import { accessQuestions } from './questions.ts';
import { accessRules } from './rules.ts';

export const accessStep: Step<Services> = {
	id: 'access',
	title: 'Access',
	summary: 'Uses the current credentials, or creates a least-privilege IAM user.',
	needs: ['preflight'],
	questions: accessQuestions,
	rules: accessRules,
	lookups: accessLookups,
	intent: (answers) =>
		answers.access === 'user'
			? ['create an IAM user, its group and its managed policies; no access key']
			: ['use the current credentials; change nothing'],
	run,
};

/** The buckets that the user may access: those of this installation only. */
function getBucketNames(context: Context): string[] {
	const names = [
		getAnswerText(context, targetKeys.dataBucket),
		getAnswerText(context, 'state.s3.bucket'),
	];
	return [...new Set(names.filter((name) => name !== ''))];
}

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	const identity = getOutputText(context, 'preflight', 'identity');
	if (context.answers.access !== 'user') {
		return { summary: `using ${identity}`, outputs: { identity } };
	}
	const note = (level: 'info' | 'warning', words: string): EngineEvent => ({
		type: 'note',
		step: context.step,
		level,
		text: words,
	});
	yield note(
		'warning',
		'a least-privilege user is not recommended: it needs more permissions for everything that Terraform Enterprise is to manage',
	);
	yield* finishInterruptedMove(context, 'access');
	const backend = yield* getAdoptedBackend(context, 'access');
	const { outputs } = yield* convergeStack(context, {
		stack: 'access',
		...(backend === undefined ? {} : { backend }),
		template: 'minimum-viable-iam',
		variables: {
			user_name: getAnswerText(context, 'access.user.name'),
			permissions_boundary: getAnswerText(context, 'access.user.permissions_boundary'),
			bucket_names: getBucketNames(context),
		},
	});
	const user = String(outputs.user_arn ?? '');
	const command = String(outputs.create_access_key_command ?? '');
	yield note(
		'info',
		`the user has no access key, because it would be stored in state; create one with: ${command}`,
	);
	yield note(
		'info',
		`this run continues as ${identity}; to use the new user, stop here and resume with its access key`,
	);
	return {
		summary: `created ${user}`,
		outputs: { identity, user_arn: user, create_access_key_command: command },
	};
}
