import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { convertAwsError } from './aws-errors.ts';

interface RunningInstance {
	id: string;
	privateAddress: string;
	/** '' when it has none. */
	publicAddress: string;
	launchedAt: Date | undefined;
}

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
): Promise<RunningInstance[]> {
	try {
		const { Reservations = [] } = await ec2.send(
			new DescribeInstancesCommand({
				Filters: [
					{ Name: GROUP_TAG, Values: [group] },
					{ Name: 'instance-state-name', Values: ['pending', 'running'] },
				],
			}),
		);
		return Reservations.flatMap(({ Instances = [] }) => Instances)
			.map(({ InstanceId = '', PrivateIpAddress = '', PublicIpAddress = '', LaunchTime }) => ({
				id: InstanceId,
				privateAddress: PrivateIpAddress,
				publicAddress: PublicIpAddress,
				launchedAt: LaunchTime,
			}))
			.sort((a, b) => (b.launchedAt?.getTime() ?? 0) - (a.launchedAt?.getTime() ?? 0));
	} catch (thrown) {
		throw convertAwsError(thrown, `look up the instances of the group ${group}`);
	}
}
