import { givenPassword, isGenerate } from '../install/password.ts';
import { rolePoliciesFile } from '../install/policies.ts';
import { type Check, pass } from './check.ts';

export const databasePassword: Check = {
	id: 'database-password',
	title: 'The database password can be had and obeys the rules of RDS',
	severity: 'blocker',
	async run(context) {
		if (isGenerate(context.answers['settings.db_password'])) return pass('it will be generated');
		await givenPassword(context);
		return pass('the reference leads to one that will do');
	},
};

export const rolePolicies: Check = {
	id: 'role-policies',
	title: 'The extra policies of the instance role can be read',
	severity: 'blocker',
	async run(context) {
		const files = await rolePoliciesFile(context);
		return pass(Object.keys(files).length === 0 ? 'there are none' : 'all are policies');
	},
};
