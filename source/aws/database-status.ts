import { DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';
import { convertAwsError, getAwsErrorCode } from './aws-errors.ts';

/** The RDS status of a database (`creating`, `available`); undefined if it does not exist. */
export async function getDatabaseStatus(
	rds: RDSClient,
	identifier: string,
): Promise<string | undefined> {
	try {
		const { DBInstances = [] } = await rds.send(
			new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
		);
		return DBInstances[0]?.DBInstanceStatus;
	} catch (thrown) {
		if (getAwsErrorCode(thrown).startsWith('DBInstanceNotFound')) return undefined;
		throw convertAwsError(thrown, `look up the database ${identifier}`);
	}
}
