import { GetRoleCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { getAwsErrorCode } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';

/** Whether the account has a role with this name, under any path. Throws the SDK's other errors. */
export function roleExists(clients: AwsClients, name: string): Promise<boolean> {
	return exists(clients.iam.send(new GetRoleCommand({ RoleName: name })));
}

/** Whether the account has a user with this name, under any path. */
export function userExists(clients: AwsClients, name: string): Promise<boolean> {
	return exists(clients.iam.send(new GetUserCommand({ UserName: name })));
}

async function exists(call: Promise<unknown>): Promise<boolean> {
	try {
		await call;
		return true;
	} catch (thrown) {
		if (['NoSuchEntity', 'NoSuchEntityException'].includes(getAwsErrorCode(thrown))) return false;
		throw thrown;
	}
}
