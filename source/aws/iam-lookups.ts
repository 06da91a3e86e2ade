import { GetRoleCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { undefinedIfMissing } from './aws-errors.ts';
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
	return (await undefinedIfMissing(call, /^NoSuchEntity(Exception)?$/)) !== undefined;
}
