import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { expectParity, type Stage, type Story } from './helpers/expect-parity.ts';
import { type FaultCloud, startFaultCloud } from './helpers/fault-cloud.ts';
import * as keys from './helpers/fingers.ts';

// Answers given on screens and exported lead to the same plan in a non-interactive run. More answers,
// without screens and plans: test/wizard/parity.system.test.ts.

const home = createTemporaryDirectory();
let cloud: FaultCloud;
let stage: Stage;

beforeAll(async () => {
	cloud = await startFaultCloud();
	const { endpoint } = cloud;
	stage = { endpoint, guided: join(home, 'guided'), headless: join(home, 'headless') };
	for (const made of [stage.guided, stage.headless]) mkdirSync(made);
});

afterAll(async () => {
	await cloud?.stop();
});

it('plans the same from answers on screens and from their export, with lookups, optional settings and edits', () => {
	const [one, two] = cloud.subnets;
	const both = [one, two].sort();
	const story: Story = {
		session: 'folded',
		env: { PARITY_PASSWORD: 'Parity-of:both_4711' },
		asked: {
			network: keys.choose('Existing subnets'),
			'network.existing.instance_subnet_id': keys.find(one),
			'network.existing.elb_subnet_ids': keys.tick(...both),
			'network.existing.data_subnet_ids': keys.tick(...both),
			state: keys.chooseWarned('Local files on this computer'),
			'state.local.understood': keys.choose('Yes'),
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
		atReview: keys.oneByOne(keys.goTo('Installation ID'), keys.type('0c1d2e3f4a5b')),
		stack: 'install',
		answers: {
			network: 'existing',
			'network.create.name': undefined,
			'network.create.cidr': undefined,
			'network.existing.instance_subnet_id': one,
			'network.existing.elb_subnet_ids': both,
			'network.existing.data_subnet_ids': both,
			state: 'local',
			'state.local.understood': true,
			'state.s3.bucket': undefined,
			'settings.db_password': { env: 'PARITY_PASSWORD' },
			'settings.installation_id': '0c1d2e3f4a5b',
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
	};
	return expectParity(stage, story);
});
