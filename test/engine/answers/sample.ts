import type { Catalogue } from '../../../source/engine/question.ts';
import { placeQuestions } from './sample-place.ts';
import { settingsQuestions } from './sample-settings.ts';

/** One question of every kind, some of them awkward. */
export const sample: Catalogue = {
	target: 'sample',
	steps: [
		{ id: 'preflight', title: 'Preflight', summary: 'Looks at what is there.' },
		{ id: 'network', title: 'Network', summary: 'Makes a network, or takes one.' },
		{ id: 'state', title: 'State', summary: 'Decides where state is kept.' },
		{ id: 'settings', title: 'Settings', summary: 'What the product is told.' },
		{ id: 'rekey', title: 'Rekey', summary: 'Gives out new shares.' },
	],
	questions: [...placeQuestions, ...settingsQuestions],
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
