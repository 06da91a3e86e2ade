import { roleExists } from '../../aws/iam-lookups.ts';
import type { Check } from '../../steps/preflight/check.ts';
import { findNameConflict, wasStarted } from '../../steps/preflight/name-checks.ts';
import { getAnswerText } from '../../steps/services.ts';

export const installationIdCheck: Check = {
	id: 'installation-name',
	title: 'The installation ID is not in use',
	severity: 'blocker',
	asksAws: true,
	when: (context) => !wasStarted(context, 'install'),
	run: (context) => {
		const id = getAnswerText(context, 'settings.installation_id');
		return findNameConflict(context, {
			what: `installation ID ${id}`,
			taken: roleExists(context.services.aws, `tfe_iam_role-${id}`),
			because: `the role tfe_iam_role-${id} exists`,
			key: 'settings.installation_id',
		});
	},
};
