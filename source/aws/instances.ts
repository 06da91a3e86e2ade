import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { withAwsErrors } from './aws-errors.ts';

/** The tag that EC2 Auto Scaling adds to every instance of a group (user guide, "Tag"). */
const GROUP_TAG = 'tag:aws:autoscaling:groupName';

/**
 * Running and pending instances of an Auto Scaling group, the latest first.
 *
 * @throws WizardError if AWS refuses.
 */
export async function listGroupInstances(
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
