import {
	paginateDescribeDBEngineVersions,
	paginateDescribeDBSnapshots,
	paginateDescribeOrderableDBInstanceOptions,
} from '@aws-sdk/client-rds';
import { type Asking, collect, type Looked } from './asking.ts';

const Engine = 'postgres';

export interface EngineVersionFacts {
	/** `16.4`. */
	version: string;
	/** RDS creates no new databases with it. */
	deprecated: boolean;
}

/** The PostgreSQL versions that RDS offers in the region. @param major Only this major version. */
export async function lookUpEngineVersions(
	{ aws, signal }: Asking,
	major?: string,
): Promise<Looked<EngineVersionFacts>> {
	const family = major === undefined ? {} : { DBParameterGroupFamily: `${Engine}${major}` };
	const { items, more } = await collect(
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

export interface DatabaseClassFacts {
	name: string;
	/** It supports a standby in another availability zone. */
	multiZone: boolean;
}

/** The instance classes that RDS offers for one full PostgreSQL version (`16.4`). */
export async function lookUpDatabaseClasses(
	{ aws, signal }: Asking,
	EngineVersion: string,
): Promise<Looked<DatabaseClassFacts>> {
	const input = { Engine, EngineVersion, Vpc: true };
	const { items, more } = await collect(
		signal,
		'rds:DescribeOrderableDBInstanceOptions',
		(options) => paginateDescribeOrderableDBInstanceOptions({ client: aws.rds }, input, options),
		({ OrderableDBInstanceOptions }) => OrderableDBInstanceOptions,
		// There is one item per storage type, too.
		5000,
	);
	const classes = new Map<string, DatabaseClassFacts>();
	for (const { DBInstanceClass: name = '', MultiAZCapable } of items) {
		const multiZone = MultiAZCapable === true || classes.get(name)?.multiZone === true;
		classes.set(name, { name, multiZone });
	}
	return { items: [...classes.values()], more };
}

export interface SnapshotFacts {
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
	{ aws, signal }: Asking,
	account: string,
): Promise<Looked<SnapshotFacts>> {
	const { items, more } = await collect(
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
