import { settingsQuestions } from '../../../source/targets/ptfe-ami/settings/questions.ts';
import type { OptionalSetting, WizardViewModel } from '../../../source/wizard/wizard-view-model.ts';
import { createScreenModel } from './create-screen-model.ts';

const own: Record<string, string> = {
	'settings.external_cidr_blocks': '198.51.100.0/24, 203.0.113.0/24',
	'settings.tags': 'owner = platform, cost-center = 4711, data-class = confidential',
	'settings.kms_key_id':
		'arn:aws:kms:us-west-2:123456789012:key/0d2f6f6e-4d1b-4a41-8b57-a0a2a1d0c9f4',
};

function words(value: unknown): string {
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	if (value === undefined || value === '') return 'none';
	if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
	if (typeof value === 'object') return 'none';
	return String(value);
}

const items = settingsQuestions.flatMap(({ key, label, help, group, ...question }) =>
	group === undefined
		? []
		: [
				{
					group,
					item: {
						key,
						label,
						help,
						value: own[key] ?? words(question.default),
						isDefault: !(key in own),
					} satisfies OptionalSetting,
				},
			],
);

/** Every optional setting there is, in its group. */
export const detailsModels: Record<string, WizardViewModel> = {
	details: createScreenModel(
		{
			kind: 'details',
			step: 'settings',
			title: 'Settings',
			groups: [...new Set(items.map(({ group }) => group))].map((title) => ({
				title,
				items: items.filter(({ group }) => group === title).map(({ item }) => item),
			})),
		},
		'settings',
	),
};
