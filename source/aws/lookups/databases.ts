import {
	paginateDescribeDBEngineVersions,
	paginateDescribeDBSnapshots,
	paginateDescribeOrderableDBInstanceOptions,
} from '@aws-sdk/client-rds';
import { collectPages, type LookupContext, type LookupResult } from './lookup-requests.ts';

const Engine = 'postgres';

export interface EngineVersionInfo {
	/** `16.4`. */
	version: string;
	/** RDS creates no new databases with it. */
	deprecated: boolean;
}

/** The PostgreSQL versions that RDS offers in the region. @param major Only this major version. */
export async function lookUpEngineVersions(
	{ aws, signal }: LookupContext,
	major?: string,
): Promise<LookupResult<EngineVersionInfo>> {
	const family = major === undefined ? {} : { DBParameterGroupFamily: `${Engine}${major}` };
	const { items, more } = await collectPages(
		signal,
		'rds:DescribeDBEngineVersions',
		(options) =>
			paginateDescribeDBEngineVersions({ client: aws.rds }, { Engine, ...family }, options),
		({ DBEngineVersions }) => DBEngineVersions,
	);
	return {
		items: items.map(({ EngineVersion = '', Status = '' }) => ({
			version: EngineVersion,
			deprecated: Status === 'deprecated',
		})),
		more,
	};
}

export interface DatabaseClassInfo {
	name: string;
	/** It supports a standby in another availability zone. */
	multiZone: boolean;
}

/** The instance classes that RDS offers for one full PostgreSQL version (`16.4`). */
export async function lookUpDatabaseClasses(
	{ aws, signal }: LookupContext,
	EngineVersion: string,
): Promise<LookupResult<DatabaseClassInfo>> {
	const input = { Engine, EngineVersion, Vpc: true };
	const { items, more } = await collectPages(
		signal,
		'rds:DescribeOrderableDBInstanceOptions',
		(options) => paginateDescribeOrderableDBInstanceOptions({ client: aws.rds }, input, options),
		({ OrderableDBInstanceOptions }) => OrderableDBInstanceOptions,
		// There is one item per storage type, too.
		5000,
	);
	const classes = new Map<string, DatabaseClassInfo>();
	for (const { DBInstanceClass: name = '', MultiAZCapable } of items) {
		const multiZone = MultiAZCapable === true || classes.get(name)?.multiZone === true;
		classes.set(name, { name, multiZone });
	}
	return { items: [...classes.values()], more };
}

export interface SnapshotInfo {
	name: string;
	arn: string;
	/** Shared by another account. */
	shared: boolean;
	database: string;
	version: string;
	sizeGb: number;
	made: Date | undefined;
	status: string;
	encrypted: boolean;
}

/** Snapshots of PostgreSQL databases: those of the account and those shared with it. */
export async function lookUpSnapshots(
	{ aws, signal }: LookupContext,
	account: string,
): Promise<LookupResult<SnapshotInfo>> {
	const { items, more } = await collectPages(
		signal,
		'rds:DescribeDBSnapshots',
		(options) => paginateDescribeDBSnapshots({ client: aws.rds }, { IncludeShared: true }, options),
		({ DBSnapshots }) => DBSnapshots?.filter((snapshot) => snapshot.Engine === Engine),
	);
	return {
		items: items.map((snapshot) => ({
			name: snapshot.DBSnapshotIdentifier ?? '',
			arn: snapshot.DBSnapshotArn ?? '',
			shared: account !== '' && snapshot.DBSnapshotArn?.split(':')[4] !== account,
			database: snapshot.DBInstanceIdentifier ?? '',
			version: snapshot.EngineVersion ?? '',
			sizeGb: snapshot.AllocatedStorage ?? 0,
			made: snapshot.SnapshotCreateTime,
			status: snapshot.Status ?? '',
			encrypted: snapshot.Encrypted === true,
		})),
		more,
	};
}
