import { z } from 'zod';
import type { Catalogue } from '../../../source/engine/question.ts';

const plainText = z.string().regex(/^[A-Za-z0-9_:/-]*$/, 'holds a character that is not allowed');

const custodian = z.strictObject({
	name: z.string().regex(/^[a-z-]+$/),
	pgp_key: z.strictObject({ file: z.string() }).optional(),
});

/** Two steps more than it takes, and one question of every kind, some of them awkward. */
export const sample: Catalogue = {
	target: 'sample',
	steps: [
		{ id: 'preflight', title: 'Preflight', summary: 'Looks at what is there.' },
		{ id: 'network', title: 'Network', summary: 'Makes a network, or takes one.' },
		{ id: 'state', title: 'State', summary: 'Decides where state is kept.' },
		{ id: 'settings', title: 'Settings', summary: 'What the product is told.' },
		{ id: 'rekey', title: 'Rekey', summary: 'Gives out new shares.' },
	],
	questions: [
		{
			step: 'preflight',
			key: 'account',
			label: 'AWS account',
			help: 'The account the installation goes to.',
			kind: 'text',
			schema: z.string().regex(/^\d{12}$/, 'is not 12 digits'),
			rule: '12 digits',
			example: '012345678901',
		},
		{
			step: 'preflight',
			key: 'region',
			label: 'Which region?',
			help: 'All resources go there.',
			kind: 'text',
			schema: z.string().regex(/^[a-z]+(-[a-z]+)+-\d$/, 'is no region'),
			rule: 'a region, as us-west-2',
			example: 'us-west-2',
		},
		{
			step: 'preflight',
			key: 'terraform.binary',
			label: 'Terraform',
			help: 'A path or a name on PATH.',
			kind: 'text',
			default: 'terraform',
		},
		{
			step: 'preflight',
			key: 'terraform.lock_timeout_seconds',
			label: 'Wait for a lock',
			help: 'In seconds.',
			kind: 'number',
			schema: z.int().min(0).max(3600),
			rule: 'a whole number from 0 to 3600',
			default: 60,
		},
		{
			step: 'network',
			key: 'network',
			label: 'Which network?',
			help: 'A new one, or one that exists.',
			kind: 'variant',
			options: [
				{ value: 'create', label: 'A new one', hint: 'takes 3 minutes' },
				{ value: 'existing', label: 'One that exists' },
				{ value: 'none', label: 'None at all' },
			],
			default: 'create',
		},
		{
			step: 'network',
			key: 'network.create.name',
			label: 'Name',
			help: 'Shown in the console.',
			kind: 'text',
			schema: plainText.max(20),
			rule: 'letters, digits, - _ : /; 20 at most',
			derive: (_answers, { session }) => `tfe-${session}`,
			derived: 'tfe- and the session',
			example: 'acme-tfe',
			since2018: { name: 'vpc_name' },
		},
		{
			step: 'network',
			key: 'network.create.cidr',
			label: 'Address range',
			help: 'Private, /16 to /20.',
			kind: 'text',
			schema: z.cidrv4(),
			default: '172.23.0.0/16',
			example: '10.20.0.0/16',
		},
		{
			step: 'network',
			key: 'network.create.zones',
			label: 'Zones',
			help: 'Two of the region.',
			kind: 'list',
			default: [],
			example: ['us-west-2a', 'us-west-2b'],
		},
		{
			step: 'network',
			key: 'network.existing.subnet_ids',
			label: 'Subnets',
			help: 'Exactly two.',
			kind: 'list',
			schema: z.array(z.string().regex(/^subnet-[0-9a-f]+$/, 'is no subnet id')).length(2),
			rule: 'two subnet ids',
			example: ['subnet-0a1b', 'subnet-0c2d'],
		},
		{
			step: 'network',
			key: 'network.existing.peering',
			label: 'Peering',
			help: 'How the network is reached.',
			kind: 'variant',
			options: [
				{ value: 'off', label: 'Not at all' },
				{ value: 'vpc', label: 'By peering' },
			],
			default: 'off',
		},
		{
			step: 'network',
			key: 'network.existing.peering.vpc.id',
			label: 'VPC to peer with',
			help: 'Its id.',
			kind: 'text',
			example: 'vpc-0a1b',
		},
		{
			step: 'state',
			key: 'state',
			label: 'Where is state kept?',
			help: 'Decide before the first run.',
			kind: 'variant',
			options: [
				{ value: 's3', label: 'In S3' },
				{ value: 'backend', label: 'Elsewhere' },
			],
		},
		{
			step: 'state',
			key: 'state.s3.bucket',
			label: 'Bucket',
			help: 'For state alone.',
			kind: 'text',
			schema: z.string().min(3).max(63),
			rule: '3 to 63 characters',
			example: 'acme-state',
		},
		{
			step: 'state',
			key: 'state.s3.region',
			label: 'Region of the bucket',
			help: 'May be another one.',
			kind: 'text',
			derive: (answers) => answers.region,
			derived: 'the region of the installation',
		},
		{
			step: 'state',
			key: 'state.backend.settings',
			label: 'Settings of the backend',
			help: 'As terraform takes them.',
			kind: 'map',
			schema: z.record(
				z.string().regex(/^(?!password)/, 'is a secret; set it in the environment'),
				z.json(),
			),
			example: { address: 'https://state.acme.example' },
		},
		{
			step: 'settings',
			key: 'settings.fqdn',
			label: 'Domain name',
			help: 'What people type.',
			kind: 'text',
			schema: z.string().regex(/^[a-z0-9.-]+\.[a-z]+$/, 'is no domain name'),
			rule: 'a domain name in lower case',
			example: 'tfe.acme.example',
			since2018: { name: 'hostname_full', changed: 'was two variables' },
		},
		{
			step: 'settings',
			key: 'settings.db_password',
			label: 'Database password',
			help: 'Where it is.',
			kind: 'secret',
			example: { env: 'TFE_DB_PASSWORD' },
		},
		{
			step: 'settings',
			key: 'settings.license',
			label: 'Licence',
			help: 'Where it is.',
			kind: 'secret',
			optional: true,
		},
		{
			step: 'settings',
			key: 'settings.bucket_name',
			label: 'Bucket of the product',
			help: 'Holds everything.',
			kind: 'text',
			schema: z.string().max(40),
			rule: '40 characters at most',
			derive: (answers) =>
				typeof answers['settings.fqdn'] === 'string'
					? `tfe-${answers['settings.fqdn']}-data`
					: undefined,
			derived: 'tfe-FQDN-data',
			group: 'Storage',
		},
		{
			step: 'settings',
			key: 'settings.db_size_gb',
			label: 'Database size',
			help: 'In GB.',
			kind: 'number',
			schema: z.int().min(20).max(65536),
			rule: 'a whole number from 20 to 65536',
			default: 80,
			group: 'Database',
		},
		{
			step: 'settings',
			key: 'settings.internal_elb',
			label: 'Internal?',
			help: 'Reached from within only.',
			kind: 'yesno',
			default: false,
			group: 'Access',
		},
		{
			step: 'settings',
			key: 'settings.encryption',
			label: 'Encryption',
			help: 'Of objects.',
			kind: 'choice',
			options: [
				{ value: '', label: 'By the bucket' },
				{ value: 'aws:kms', label: 'By a key' },
			],
			default: '',
			group: 'Storage',
		},
		{
			step: 'settings',
			key: 'settings.kms_key',
			label: 'Key',
			help: 'Its ARN.',
			kind: 'text',
			schema: z.string(),
			default: '',
			when: (answers) => answers['settings.encryption'] === 'aws:kms',
			asked: 'when settings.encryption is aws:kms',
			group: 'Storage',
		},
		{
			step: 'settings',
			key: 'settings.startup_script',
			label: 'Script',
			help: 'Run at first boot.',
			kind: 'multiline',
			default: '',
		},
		{
			step: 'settings',
			key: 'settings.proxy_url',
			label: 'Proxy',
			help: 'For HTTP.',
			kind: 'text',
			schema: z.string().regex(/^$|^https?:\/\/[a-z0-9.-]+:\d+$/, 'is no proxy address'),
			default: '',
		},
		{
			step: 'settings',
			key: 'settings.no_proxy',
			label: 'Not through the proxy',
			help: 'Names, with commas.',
			kind: 'text',
			default: '',
		},
		{
			step: 'settings',
			key: 'settings.contact',
			label: 'Contact',
			help: 'Somebody to ask.',
			kind: 'text',
			optional: true,
		},
		{
			step: 'settings',
			key: 'settings.tags',
			label: 'Tags',
			help: 'On every resource.',
			kind: 'map',
			schema: z.record(z.string().max(128), z.string().max(20)),
			default: {},
		},
		{
			step: 'rekey',
			key: 'rekey.custodians',
			label: 'Custodians',
			help: 'Who holds a share.',
			kind: 'list',
			schema: z.array(custodian).max(5),
			default: [],
		},
	],
	rules: [
		{
			step: 'settings',
			id: 'no-proxy-needs-proxy',
			keys: ['settings.no_proxy', 'settings.proxy_url'],
			text: 'settings.no_proxy needs settings.proxy_url.',
			check: (answers) =>
				answers['settings.no_proxy'] !== '' && answers['settings.proxy_url'] === ''
					? 'is given without a proxy'
					: undefined,
		},
		{
			step: 'settings',
			id: 'buckets-differ',
			keys: ['state.s3.bucket', 'settings.bucket_name'],
			text: 'The bucket of the state must not be that of the product.',
			check: (answers) =>
				answers['state.s3.bucket'] !== undefined &&
				answers['state.s3.bucket'] === answers['settings.bucket_name']
					? 'is the bucket of the product too'
					: undefined,
		},
	],
};

export const facts = { session: 'acme' };

/** All that must be answered, and nothing more. */
export const shortest = `version: 1
account: "012345678901"
region: us-west-2
state:
  s3: { bucket: acme-state }
settings:
  fqdn: tfe.acme.example
  db_password: { env: TFE_DB_PASSWORD }
`;
