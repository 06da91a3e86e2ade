import { DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';
import { undefinedIfMissing, withAwsErrors } from './aws-errors.ts';

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
