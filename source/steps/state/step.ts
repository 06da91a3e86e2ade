import {
	configureStateBucket,
	createNameTakenError,
	createUnconfiguredStateBucket,
	getBucketOwnership,
	inspectStateBucket,
} from '../../aws/state-bucket.ts';
import type { StateBucketOptions } from '../../aws/state-bucket-settings.ts';
import { WizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import { formatRequiredFixes } from '../../engine/format-next-steps.ts';
import { quoteShellWord } from '../../engine/shell-quote.ts';
import type { Step, StepResult } from '../../engine/step.ts';
import { requireApproval } from '../stack/plan-review.ts';
import {
	type Context,
	createNoteEvent,
	getAnswerText,
	getOutputText,
	type Services,
} from '../step-context.ts';
import { describeStateLocation, getStateKey } from './backends.ts';
import { moveState } from './move-state.ts';
import { stateLookups, stateQuestions, stateRules } from './questions.ts';

export const stateStep: Step<Services> = {
	id: 'state',
	title: 'State',
	summary: 'Creates or checks the state backend, and moves all Terraform state there.',
	needs: ['preflight', 'network', 'access'],
	questions: stateQuestions,
	rules: stateRules,
	lookups: stateLookups,
	intent: (answers) =>
		answers.state === 's3'
			? [
					'create or check the state bucket',
					'move the state of the existing stacks there, and verify it',
				]
			: ['move the state of the existing stacks there, and verify it'],
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	const kind = getAnswerText(context, 'state');
	if (kind === 's3') yield* ensureStateBucket(context);
	if (kind === 'local') {
		yield createNoteEvent(
			context,
			'warning',
			`state is stored in local files in ${context.session.folders.workspace}: back them up, and restrict access to them`,
		);
	}
	for (const stack of context.services.stacks) yield* moveState(context, stack);
	const where = describeStateLocation(context);
	return { summary: `state is stored in ${where}`, outputs: { kind, where } };
}

const MADE = 'state.bucket';

/**
 * Creates the state bucket, completes one that this session created, or checks an existing one.
 * It is not part of a stack, so destroying the product never removes it.
 */
async function* ensureStateBucket(context: Context): AsyncGenerator<EngineEvent> {
	const bucket = getAnswerText(context, 'state.s3.bucket');
	const region = getAnswerText(context, 'state.s3.region');
	const s3 = context.services.aws.s3In(region);
	const { session, step } = context;
	const standing = await getBucketOwnership(s3, bucket, getAnswerText(context, 'account'));
	if (standing === 'foreign') throw createNameTakenError(bucket);
	if (standing === 'elsewhere') {
		throw new WizardError('refused', {
			message: `The bucket ${bucket} is not in region ${region}.`,
			next: [
				`aws s3api get-bucket-location --bucket ${quoteShellWord(bucket)}`,
				'Fix state.s3.region in the answers.',
			],
		});
	}
	if (standing === 'ours' && session.record.notes[MADE] !== bucket) {
		yield* checkExistingBucket(context, bucket);
		return;
	}
	if (standing === 'free') {
		if (context.answers['state.s3.create'] === false)
			throw new WizardError('refused', {
				message: `Bucket ${bucket} does not exist, and state.s3.create is false.`,
				next: ['Create the bucket, or set state.s3.create to true.'],
			});
		requireApproval(context, 'create', `create the state bucket ${bucket}`);
		// Recorded before the call, so that a partly created bucket is recognized after a crash.
		session.note(MADE, bucket);
		await createUnconfiguredStateBucket(s3, bucket, region);
		yield { type: 'change', step, what: `state bucket ${bucket} created`, state: 'made' };
	}
	const tags = { 'tfe-wizard': 'state', 'tfe-wizard-session': session.name };
	const options = { ...getBucketOptions(context), tags };
	const lacking = (await inspectStateBucket(s3, options)).filter(({ holds }) => !holds);
	if (lacking.length > 0)
		requireApproval(context, 'create', `configure the state bucket ${bucket}`);
	const made = await configureStateBucket(s3, options);
	if (made.length > 0)
		yield { type: 'change', step, what: `bucket ${bucket}: ${made.join('; ')}`, state: 'made' };
	else yield { type: 'change', step, what: `bucket ${bucket}`, state: 'kept' };
}

/** A bucket that already existed may be in use elsewhere: it is checked, never changed. */
async function* checkExistingBucket(context: Context, bucket: string): AsyncGenerator<EngineEvent> {
	const s3 = context.services.aws.s3In(getAnswerText(context, 'state.s3.region'));
	const findings = await inspectStateBucket(s3, getBucketOptions(context));
	const wrong = findings.filter(({ holds }) => !holds);
	for (const { title, fix } of wrong.filter(({ required }) => !required)) {
		yield createNoteEvent(context, 'info', `bucket ${bucket} lacks: ${title}. To add it: ${fix}`);
	}
	const bad = wrong.filter(({ required }) => required);
	if (bad.length > 0) {
		throw new WizardError('refused', {
			message: `The existing bucket ${bucket} is not secure enough for state; it was not changed.`,
			details: bad.map(({ title }) => `missing: ${title}`),
			next: [...formatRequiredFixes(bad.map(({ fix }) => fix)), 'Then run the same command again.'],
		});
	}
	yield { type: 'change', step: context.step, what: `existing bucket ${bucket}`, state: 'kept' };
}

function getBucketOptions(context: Context): StateBucketOptions {
	return {
		bucket: getAnswerText(context, 'state.s3.bucket'),
		kmsKeyId: getAnswerText(context, 'state.s3.kms_key_id'),
		lockKeys: context.services.stacks.map((stack) => `${getStateKey(context, stack)}.tflock`),
		lockVersionsDays: Number(context.answers['state.s3.lock_versions_days'] ?? 7),
		tlsPolicyAction: context.services.cloud.tlsPolicyAction,
		partition: getOutputText(context, 'preflight', 'partition') || 'aws',
	};
}
