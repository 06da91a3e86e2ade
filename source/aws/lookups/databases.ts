import {
	paginateDescribeDBEngineVersions,
	paginateDescribeDBSnapshots,
	paginateDescribeOrderableDBInstanceOptions,
} from '@aws-sdk/client-rds';
import {
	collectPages,
	type LookupContext,
	type LookupItem,
	type LookupItems,
} from './lookup-requests.ts';

const Engine = 'postgres';

export type EngineVersionInfo = LookupItem<typeof lookUpEngineVersions>;

/** The PostgreSQL versions that RDS offers in the region. @param major Only this major version. */
export function lookUpEngineVersions({ aws, signal }: LookupContext, major?: string) {
	const family = major === undefined ? {} : { DBParameterGroupFamily: `${Engine}${major}` };
	return collectPages(
		signal,
		'rds:DescribeDBEngineVersions',
		(options) =>
			paginateDescribeDBEngineVersions({ client: aws.rds }, { Engine, ...family }, options),
		({ DBEngineVersions }) =>
			DBEngineVersions?.map(({ EngineVersion = '', Status }) => ({
				/** `16.4`. */
				version: EngineVersion,
				/** RDS creates no new databases with it. */
				deprecated: Status === 'deprecated',
			})),
	);
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
): Promise<LookupItems<DatabaseClassInfo>> {
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

/** Snapshots of PostgreSQL databases: those of the account and those shared with it. */
export function lookUpSnapshots({ aws, signal }: LookupContext) {
	return collectPages(
		signal,
		'rds:DescribeDBSnapshots',
		(options) => paginateDescribeDBSnapshots({ client: aws.rds }, { IncludeShared: true }, options),
		({ DBSnapshots }) => DBSnapshots?.filter((snapshot) => snapshot.Engine === Engine),
	);
}
