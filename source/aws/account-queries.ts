import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { GetRoleCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { undefinedIfMissing, withAwsErrors } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';

export interface CallerIdentity {
	account: string;
	arn: string;
	/** `aws`, `aws-us-gov` or `aws-cn`, from the ARN. */
	partition: string;
}

/** The identity of the current credentials. @throws WizardError if AWS rejects them. */
export async function getCallerIdentity({ sts }: AwsClients): Promise<CallerIdentity> {
	const call = sts.send(new GetCallerIdentityCommand({}));
	const { Account = '', Arn = '' } = await withAwsErrors('look up the caller identity', call);
	return { account: Account, arn: Arn, partition: Arn.split(':')[1] ?? 'aws' };
}

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

/** The RDS status of a database (`creating`, `available`); undefined if it does not exist. */
export async function getDatabaseStatus(
	rds: RDSClient,
	identifier: string,
): Promise<string | undefined> {
	const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier });
	const look = undefinedIfMissing(rds.send(command), /^DBInstanceNotFound/);
	const found = await withAwsErrors(`look up the database ${identifier}`, look);
	return found?.DBInstances?.[0]?.DBInstanceStatus;
}

/** The tag that EC2 Auto Scaling adds to every instance of a group (user guide, "Tag"). */
const GROUP_TAG = 'tag:aws:autoscaling:groupName';

/**
 * Running and pending instances of an Auto Scaling group, the latest first.
 *
 * @throws WizardError if AWS refuses.
 */
export async function listAutoScalingGroupInstances(
	ec2: EC2Client,
	group: string,
): Promise<{ id: string; privateAddress: string }[]> {
	const command = new DescribeInstancesCommand({
		Filters: [
			{ Name: GROUP_TAG, Values: [group] },
			{ Name: 'instance-state-name', Values: ['pending', 'running'] },
		],
	});
	const attempt = `look up the instances of the group ${group}`;
	const { Reservations = [] } = await withAwsErrors(attempt, ec2.send(command));
	return Reservations.flatMap(({ Instances = [] }) => Instances)
		.sort((a, b) => (b.LaunchTime?.getTime() ?? 0) - (a.LaunchTime?.getTime() ?? 0))
		.map(({ InstanceId: id = '', PrivateIpAddress: privateAddress = '' }) => ({
			id,
			privateAddress,
		}));
}
