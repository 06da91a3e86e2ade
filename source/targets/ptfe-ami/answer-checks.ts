import { type Check, createPassFinding } from '../../steps/preflight/check.ts';
import { isGenerateReference, resolveDatabasePassword } from './install/database-password.ts';
import { renderRolePolicies } from './install/role-policies-file.ts';

export const databasePasswordCheck: Check = {
	id: 'database-password',
	title: 'The database password is available and valid for RDS',
	severity: 'blocker',
	async run(context) {
		if (isGenerateReference(context.answers['settings.db_password']))
			return createPassFinding('it will be generated');
		await resolveDatabasePassword(context);
		return createPassFinding('the referenced password is valid');
	},
};

export const rolePoliciesCheck: Check = {
	id: 'role-policies',
	title: 'The additional policies of the instance role are valid',
	severity: 'blocker',
	async run(context) {
		const files = await renderRolePolicies(context);
		return createPassFinding(
			Object.keys(files).length === 0 ? 'none are configured' : 'all policies are valid',
		);
	},
};
