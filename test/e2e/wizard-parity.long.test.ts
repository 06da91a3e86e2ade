import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { expectParity, type ParityHomes, type ParityScenario } from './helpers/expect-parity.ts';
import { type FaultCloud, startFaultCloud } from './helpers/fault-cloud.ts';
import * as keys from './helpers/keyboard-actions.ts';

// Answers given on screens and exported lead to the same plan in a non-interactive run. More answers,
// without screens and plans: test/wizard/parity.system.test.ts.

const home = createTemporaryDirectory();
let cloud: FaultCloud;
let stage: ParityHomes;

beforeAll(async () => {
	cloud = await startFaultCloud();
	const { endpoint } = cloud;
	stage = { endpoint, wizardHome: join(home, 'guided'), unattendedHome: join(home, 'headless') };
	for (const made of [stage.wizardHome, stage.unattendedHome]) mkdirSync(made);
});

afterAll(async () => {
	await cloud?.stop();
});

it('plans the same from answers on screens and from their export, with lookups, optional settings and edits', () => {
	const [one, two] = cloud.subnets;
	const both = [one, two].sort();
	const story: ParityScenario = {
		session: 'folded',
		env: { PARITY_PASSWORD: 'Parity-of:both_4711' },
		questions: {
			network: keys.selectOption('Existing subnets'),
			'network.existing.instance_subnet_id': keys.searchAndSelect(one),
			'network.existing.elb_subnet_ids': keys.selectSeveral(...both),
			'network.existing.data_subnet_ids': keys.selectSeveral(...both),
			state: keys.selectOptionDespiteWarning('Local files on this computer'),
			'state.local.understood': keys.selectOption('Yes'),
			'settings.db_password': keys.runInOrder(
				keys.selectOption('From an environment variable'),
				keys.typeValue('PARITY_PASSWORD'),
			),
		},
		collapsed: {
			'settings.internal_elb': keys.selectOption('Yes'),
			'settings.external_cidr_blocks': keys.replaceItems(1, '10.0.0.0/8', '192.168.0.0/16'),
			'settings.ssh_cidr_blocks': keys.replaceItems(0, '10.7.0.0/16'),
			'settings.proxy_url': keys.typeValue('http://proxy.acme.example:3128'),
			'settings.no_proxy': keys.typeValue('git.acme.example,.internal.acme.example'),
			'settings.startup_script': keys.typeLines('# one', 'echo two'),
			'settings.tags': keys.typeLines('owner = platform', 'cost-centre = 4711'),
			'settings.local_db': keys.selectOption('Yes'),
			'settings.ebs_size': keys.typeValue('250'),
			'settings.archivist_sse': keys.selectOption('aws:kms'),
		},
		atReview: keys.runInOrder(keys.goToAnswer('Installation ID'), keys.typeValue('0c1d2e3f4a5b')),
		stack: 'install',
		expectedAnswers: {
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
