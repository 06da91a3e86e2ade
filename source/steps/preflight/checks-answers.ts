import { givenPassword, isGenerate } from '../install/password.ts';
import { rolePoliciesFile } from '../install/policies.ts';
import { type Check, pass } from './check.ts';

export const databasePassword: Check = {
	id: 'database-password',
	title: 'The database password is available and valid for RDS',
	severity: 'blocker',
	async run(context) {
		if (isGenerate(context.answers['settings.db_password'])) return pass('it will be generated');
		await givenPassword(context);
		return pass('the referenced password is valid');
	},
};

export const rolePolicies: Check = {
	id: 'role-policies',
	title: 'The additional policies of the instance role are valid',
	severity: 'blocker',
	async run(context) {
		const files = await rolePoliciesFile(context);
		return pass(Object.keys(files).length === 0 ? 'none are configured' : 'all policies are valid');
	},
};
