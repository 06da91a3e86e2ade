import type { QuestionCatalogue } from '../../../source/engine/question.ts';
import { infrastructureQuestions } from './sample-infrastructure-questions.ts';
import { sampleSettingsQuestions } from './sample-settings-questions.ts';

/** A catalogue with questions of every kind and some edge cases. */
export const sampleCatalogue: QuestionCatalogue = {
	target: 'sample',
	steps: [
		{ id: 'preflight', title: 'Preflight', summary: 'Checks the environment.' },
		{ id: 'network', title: 'Network', summary: 'Creates or selects a network.' },
		{ id: 'state', title: 'State', summary: 'Selects where state is stored.' },
		{ id: 'settings', title: 'Settings', summary: 'Settings of the product.' },
		{ id: 'rekey', title: 'Rekey', summary: 'Creates new key shares.' },
	],
	questions: [...infrastructureQuestions, ...sampleSettingsQuestions],
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
			text: 'The state bucket and the product bucket must differ.',
			check: (answers) =>
				answers['state.s3.bucket'] !== undefined &&
				answers['state.s3.bucket'] === answers['settings.bucket_name']
					? 'is also the product bucket'
					: undefined,
		},
	],
};

export const sampleContext = { session: 'acme' };

/** Every required answer and nothing else. */
export const shortestAnswers = `version: 1
account: "012345678901"
region: us-west-2
state:
  s3: { bucket: acme-state }
settings:
  fqdn: tfe.acme.example
  db_password: { env: TFE_DB_PASSWORD }
`;
