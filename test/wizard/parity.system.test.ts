import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwsClients } from '../../source/aws/clients.ts';
import { readAnswersFile } from '../../source/engine/answers/parse-answers.ts';
import { createCancellationSource } from '../../source/engine/cancellation.ts';
import { WizardError } from '../../source/engine/errors.ts';
import type { Answers } from '../../source/engine/question.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { readSessionRecord, Session } from '../../source/engine/session/session.ts';
import { createCloudForPracticeEndpoint } from '../../source/practice/practice-cloud-settings.ts';
import { formatSessionAnswersFile } from '../../source/runs/export-answers.ts';
import { loadAnswers } from '../../source/runs/load-answers.ts';
import type { Context } from '../../source/steps/step-context.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { type FaultCloud, startFaultCloud } from '../e2e/helpers/fault-cloud.ts';
import { readWorkspaceFiles } from '../e2e/helpers/terraform-cli.ts';
import { REGION } from '../e2e/helpers/test-cloud.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { writeFakeCommand } from '../practice/helpers.ts';
import { templatesFolder } from '../templates/support.ts';
import { answerAll, leave, openGuide, shows, type Typed } from './support.ts';

// What is answered in the guide, exported, and read as an answers file leads to the same Terraform.
// One case goes through the screens and compares the plans: test/e2e/wizard-parity.long.test.ts.

interface Story {
	session: string;
	/** Typed in place of what is suggested. */
	typed?: Typed;
	/** Changed from the review, one after the other. */
	changed?: Typed;
	stack: string;
	/** What differs in the end from what the practice cloud suggests; undefined: not asked. */
	answers: Answers;
}

const { catalogue, steps } = getTargetOrDefault('ptfe-ami');
const root = createTemporaryDirectory();
let cloud: FaultCloud;
let noTerraform: string;

beforeAll(async () => {
	for (const name of ['guided', 'headless']) mkdirSync(join(root, name));
	cloud = await startFaultCloud();
	noTerraform = join(root, 'bin');
	await writeFakeCommand(noTerraform, 'terraform', 'exit 1');
});
afterAll(async () => {
	await cloud?.stop();
});

/** Answers in the guide up to the start of its run. */
async function guided({ session, typed = {}, changed = {} }: Story) {
	const home = join(root, 'guided');
	const argv = ['--practice', '--cloud', cloud.endpoint, '--session', session];
	const guide = openGuide(home, argv);
	await shows(guide, 'question');
	const asked = await answerAll(guide, typed);
	expect(asked).toEqual(expect.arrayContaining(Object.keys(typed)));
	for (const [key, value] of Object.entries(changed)) {
		guide.act({ type: 'go', key });
		expect(guide.model().screen).toMatchObject({ kind: 'question', key });
		guide.act({ type: 'answer', value });
		await answerAll(guide);
	}
	guide.act({ type: 'on' });
	// The run asks whether it should stop; the second time is the answer.
	guide.act({ type: 'interrupt' });
	expect(await leave(guide)).toBe(130);
	const record = readSessionRecord(home, session);
	if (record === undefined) throw new Error('there is no session');
	const suggested = await readAnswersFile(
		join(home, 'sessions', session, 'answers.yaml'),
		catalogue,
	);
	return { record, suggested: suggested.answers };
}

/** The files that the step gives to Terraform, which is not there: the step ends at `init`. */
async function rendered(home: string, { session: name, stack }: Story, answers: Answers) {
	const secrets = new SecretRegistry();
	const session = Session.open({ home, name, practice: true, secrets });
	try {
		const folder = join(session.folders.workspace, stack);
		// As if started before: a look for a state of somebody else would take Terraform.
		session.note(`stack.${stack}`, { folder });
		const practice = createCloudForPracticeEndpoint(
			cloud.endpoint,
			REGION,
			getTargetOrDefault('ptfe-ami').practice.overrides,
		);
		const environment = { ...process.env, PATH: noTerraform };
		const context = {
			...{ step: stack, session, answers, secrets, cancel: createCancellationSource() },
			...{ approve: 'none', outputs: { network: networkIn(answers) } },
			services: {
				...{ cloud: practice, aws: createAwsClients(practice), environment, home: root },
				...{ templates: templatesFolder, baseFolder: root, adoptState: false },
			},
		} as unknown as Context;
		const step = steps.find(({ id }) => id === stack);
		const toEnd = async () => {
			for await (const _ of step?.run(context) ?? []);
		};
		await expect(toEnd()).rejects.toBeInstanceOf(WizardError);
		return readWorkspaceFiles(folder);
	} finally {
		session.close();
	}
}

const networkIn = (answers: Answers) =>
	Object.fromEntries(
		['instance_subnet_id', 'elb_subnet_ids', 'data_subnet_ids'].map((name) => [
			name,
			answers[`network.existing.${name}`],
		]),
	);

async function same(story: Story): Promise<void> {
	const { session } = story;
	const { record, suggested } = await guided(story);
	const file = join(root, `${session}.yaml`);
	writeFileSync(file, formatSessionAnswersFile(record, catalogue));
	const replayed = await loadAnswers({
		...{ file, session, record: undefined, replay: true },
		steps: () => steps.map(({ id }) => id),
		...{ secrets: new SecretRegistry(), folder: root, signal: new AbortController().signal },
	});
	expect(replayed.answers).toEqual(record.answers);
	for (const [key, value] of Object.entries({ ...suggested, ...story.answers })) {
		if (value === undefined) expect(replayed.answers).not.toHaveProperty([key]);
		else expect(replayed.answers[key], key).toEqual(value);
	}
	const [one, other] = [
		await rendered(join(root, 'guided'), story, record.answers),
		await rendered(join(root, 'headless'), story, replayed.answers),
	];
	expect(Object.keys(one)).toEqual(expect.arrayContaining(['providers.tf', 'terraform.tfvars']));
	expect(other).toEqual(one);
}

const onThisMachine = { state: 'local', 'state.local.understood': true };
const local: Answers = { ...onThisMachine, 'state.s3.bucket': undefined };

const noCustodians: Answers = {
	'rekey.custodians.people': undefined,
	'rekey.custodians.threshold': undefined,
	'rekey.custodians.restart': undefined,
};

describe('the guide, an export of it and a replay give the same files to Terraform', () => {
	it('for a new network as it is suggested', () =>
		same({ session: 'suggested', stack: 'network', answers: {} }));

	it('for a new network with other addresses, zones and logs, and a local state', () => {
		const typed = {
			'network.create.name': 'other_net',
			'network.create.cidr': '10.48.0.0/18',
			...onThisMachine,
			instance: 'none',
		};
		const changed = {
			'network.create.availability_zones': ['us-west-2c', 'us-west-2a'],
			'network.create.single_nat_gateway': true,
			'network.create.flow_log_retention_days': 365,
		};
		const gone = { ...noCustodians, rekey: undefined, backup: undefined };
		const answers = { ...typed, ...changed, ...local, ...gone };
		return same({ session: 'other-network', typed, changed, stack: 'network', answers });
	});

	it('for a new network that is changed from the review', () =>
		same({
			session: 'changed',
			typed: {
				'network.create.name': 'too_early',
				'network.create.cidr': '10.64.0.0/20',
				rekey: 'leave',
				backup: false,
			},
			changed: { 'network.create.cidr': '10.80.0.0/16', 'network.create.name': 'later_net' },
			stack: 'network',
			answers: {
				'network.create.name': 'later_net',
				'network.create.cidr': '10.80.0.0/16',
				...noCustodians,
				rekey: 'leave',
				backup: false,
			},
		}));

	const existing = () => {
		const both = [...cloud.subnets];
		return {
			network: 'existing',
			'network.existing.instance_subnet_id': both[0],
			'network.existing.elb_subnet_ids': both,
			'network.existing.data_subnet_ids': both,
		};
	};
	const noNetwork = { 'network.create.name': undefined, 'network.create.cidr': undefined };

	it('for an installation in existing subnets', () => {
		const typed = { ...existing(), ...onThisMachine };
		const answers = { ...typed, ...noNetwork, ...local };
		return same({ session: 'existing', typed, stack: 'install', answers });
	});

	it('for a minimum user without a permissions boundary', () => {
		const typed = { ...existing(), access: 'user', 'access.user.name': 'tfe-parity' };
		const answers = { ...typed, ...noNetwork };
		return same({ session: 'minimum-user', typed, stack: 'access', answers });
	});
});
