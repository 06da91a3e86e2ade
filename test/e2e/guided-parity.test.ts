import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answers } from '../../source/engine/question.ts';
import { practiceAnswers } from '../../source/practice/answers.ts';
import { seedPracticeCloud } from '../../source/practice/seed.ts';
import * as cloud from './helpers/cloud.ts';
import { expectParity, practice, type Stage, type Story } from './helpers/expect-parity.ts';
import * as keys from './helpers/fingers.ts';
import { freshHome, wizard } from './helpers/wizard.ts';

// What is answered on screens, exported, and replayed without a person stops at the same plan.

const home = freshHome();
let practiceCloud: Awaited<ReturnType<typeof cloud.startCloud>>;
let stage: Stage;

beforeAll(async () => {
	practiceCloud = await cloud.startCloud();
	const { endpoint } = practiceCloud;
	stage = { endpoint, guided: join(home, 'guided'), headless: join(home, 'headless') };
	for (const made of [stage.guided, stage.headless]) mkdirSync(made);
});

afterAll(async () => {
	await practiceCloud?.stop();
	rmSync(home, { recursive: true, force: true });
});

const same = (story: Story) => expectParity(stage, story);

const onThisMachine: NonNullable<Story['asked']> = {
	state: keys.chooseWarned('In files on this machine'),
	'state.local.understood': keys.choose('Yes'),
};
const local: Answers = {
	state: 'local',
	'state.local.understood': true,
	'state.s3.bucket': undefined,
};

const noCustodians: Answers = {
	'rekey.custodians.people': undefined,
	'rekey.custodians.threshold': undefined,
	'rekey.custodians.restart': undefined,
};

describe('a new network', () => {
	it('as it is suggested', () => same({ session: 'suggested', stack: 'network', answers: {} }));

	it('of other addresses, zones and logs, its state on this machine', () =>
		same({
			session: 'other-network',
			columns: 120,
			rows: 40,
			asked: {
				'network.create.name': keys.type('other_net'),
				'network.create.cidr': keys.type('10.48.0.0/18'),
				...onThisMachine,
				instance: keys.choose('No, I look after it by hand'),
			},
			folded: {
				'network.create.availability_zones': keys.tick('us-west-2c', 'us-west-2a'),
				'network.create.single_nat_gateway': keys.choose('Yes'),
				'network.create.flow_log_retention_days': keys.type('365'),
			},
			stack: 'network',
			answers: {
				...local,
				'network.create.name': 'other_net',
				'network.create.cidr': '10.48.0.0/18',
				'network.create.availability_zones': ['us-west-2c', 'us-west-2a'],
				'network.create.single_nat_gateway': true,
				'network.create.flow_log_retention_days': 365,
				instance: 'none',
				...noCustodians,
				rekey: undefined,
				backup: undefined,
			},
		}));

	it('changed from the review, as if it had been so from the start', () =>
		same({
			session: 'changed',
			asked: {
				'network.create.name': keys.type('too_early'),
				'network.create.cidr': keys.type('10.64.0.0/20'),
				rekey: keys.choose('The machine, as it is'),
				backup: keys.choose('No'),
			},
			atReview: keys.oneByOne(
				keys.goTo('Addresses of the new VPC'),
				keys.type('10.80.0.0/16'),
				keys.goTo('Name of the new VPC'),
				keys.type('later_net'),
			),
			stack: 'network',
			answers: {
				'network.create.name': 'later_net',
				'network.create.cidr': '10.80.0.0/16',
				...noCustodians,
				rekey: 'leave',
				backup: false,
			},
		}));
});

describe('a network that is there', () => {
	let network: Record<string, unknown>;
	const subnets = (name: string): string[] =>
		String(network[`network.${name}`]).match(/subnet-[0-9a-f]+/g) ?? [];

	beforeAll(async () => {
		const seeds = await seedPracticeCloud(practiceCloud.endpoint, cloud.REGION);
		const file = join(home, 'before.yaml');
		writeFileSync(file, practiceAnswers(seeds).replace('name: practice', 'name: before'));
		const make = practice(stage, join(home, 'before'), 'before', '--answers', file);
		const made = await wizard([...make, '--until', 'access', '--approve', 'create']);
		expect(made).toMatchObject({ code: 0, err: '' });
		const done = made.events.find(({ type }) => type === 'run.done');
		network = done?.outputs as typeof network;
	});

	/** Looked up, not typed: chosen by the ids that the other session made. */
	const existing = (): NonNullable<Story['asked']> => ({
		network: keys.choose('Subnets that exist'),
		'network.existing.instance_subnet_id': keys.find(subnets('instance_subnet_id')[0] ?? ''),
		'network.existing.elb_subnet_ids': keys.tick(...subnets('elb_subnet_ids')),
		'network.existing.data_subnet_ids': keys.tick(...subnets('data_subnet_ids')),
	});
	const found = (): Answers => ({
		network: 'existing',
		'network.create.name': undefined,
		'network.create.cidr': undefined,
		'network.existing.instance_subnet_id': subnets('instance_subnet_id')[0],
		'network.existing.elb_subnet_ids': subnets('elb_subnet_ids'),
		'network.existing.data_subnet_ids': subnets('data_subnet_ids'),
	});

	it('and is looked up, for the plan of the installation', () =>
		same({
			session: 'looked-up',
			asked: { ...existing(), ...onThisMachine },
			stack: 'install',
			answers: { ...found(), ...local },
		}));

	it('and a minimum user without a boundary', () =>
		same({
			session: 'minimum-user',
			columns: 120,
			rows: 40,
			asked: {
				...existing(),
				access: keys.chooseWarned('A new minimum user'),
				'access.user.name': keys.type('tfe-parity'),
			},
			stack: 'access',
			answers: {
				...found(),
				access: 'user',
				'access.user.name': 'tfe-parity',
			},
		}));

	it('and settings of all kinds, changed where they are folded', () =>
		same({
			session: 'folded',
			env: { PARITY_PASSWORD: 'Parity-of:both_4711' },
			asked: {
				...existing(),
				...onThisMachine,
				'settings.db_password': keys.oneByOne(
					keys.choose('From an environment variable'),
					keys.type('PARITY_PASSWORD'),
				),
			},
			folded: {
				'settings.internal_elb': keys.choose('Yes'),
				'settings.external_cidr_blocks': keys.retype(1, '10.0.0.0/8', '192.168.0.0/16'),
				'settings.ssh_cidr_blocks': keys.retype(0, '10.7.0.0/16'),
				'settings.proxy_url': keys.type('http://proxy.acme.example:3128'),
				'settings.no_proxy': keys.type('git.acme.example,.internal.acme.example'),
				'settings.startup_script': keys.write('# one', 'echo two'),
				'settings.tags': keys.write('owner = platform', 'cost-centre = 4711'),
				'settings.local_db': keys.choose('Yes'),
				'settings.ebs_size': keys.type('250'),
				'settings.archivist_sse': keys.choose('aws:kms'),
			},
			stack: 'install',
			answers: {
				...found(),
				...local,
				'settings.db_password': { env: 'PARITY_PASSWORD' },
				'settings.internal_elb': true,
				'settings.external_cidr_blocks': ['10.0.0.0/8', '192.168.0.0/16'],
				'settings.ssh_cidr_blocks': ['10.7.0.0/16'],
				'settings.proxy_url': 'http://proxy.acme.example:3128',
				'settings.no_proxy': 'git.acme.example,.internal.acme.example',
				'settings.startup_script': '# one\necho two',
				'settings.tags': { owner: 'platform', 'cost-centre': '4711' },
				'settings.local_db': true,
				'settings.ebs_size': 250,
				'settings.archivist_sse': 'aws:kms',
				'settings.db_deletion_protection': undefined,
			},
		}));
});
