import type { DBSnapshot } from '@aws-sdk/client-rds';
import {
	type DatabaseClassInfo,
	type EngineVersionInfo,
	lookUpDatabaseClasses,
	lookUpEngineVersions,
	lookUpSnapshots,
} from '../../../../aws/lookups/databases.ts';
import type { Lookup, LookupChoice } from '../../../../engine/step.ts';
import {
	createChoices,
	createRegionalLookup,
	formatDay,
	joinDetails,
} from '../../../../steps/lookups/create-lookup.ts';
import { readTextAnswer } from '../../../../steps/rules/read-answers.ts';
import type { Services } from '../../../../steps/step-context.ts';
import {
	databaseClassRule,
	optionalSnapshotRule,
	postgresVersionRule,
} from '../../rules/database.ts';

const VERSION = 'settings.db_engine_version';
const DEFAULT = { class: 'db.m5.large', version: '16' };

const versions = createRegionalLookup({
	key: VERSION,
	what: 'PostgreSQL versions',
	rule: postgresVersionRule,
	async find(lookupContext) {
		const { items } = await lookUpEngineVersions(lookupContext);
		return createChoices(
			{ items: getMajorVersions(items) },
			({ major, newest, deprecated }) => ({
				value: major,
				hint: `currently ${newest}`,
				refusal: deprecated ? 'is no longer available for new databases' : undefined,
			}),
			({ major }) => (major === DEFAULT.version ? 0 : 1),
			({ major }) => -Number(major),
		);
	},
});

const classes = createRegionalLookup({
	key: 'settings.db_instance_class',
	what: 'database classes',
	needs: [VERSION, 'settings.db_multi_az'],
	rule: databaseClassRule,
	async find(lookupContext, answers) {
		const major = readTextAnswer(answers, VERSION) || DEFAULT.version;
		const { items } = await lookUpEngineVersions(lookupContext, major);
		const [newest] = items.toSorted(
			(a, b) => getVersionRank(b.version) - getVersionRank(a.version),
		);
		if (newest === undefined) return [];
		const { items: all, more } = await lookUpDatabaseClasses(lookupContext, newest.version);
		const standby = answers['settings.db_multi_az'] !== false;
		return createChoices(
			{ items: all.filter(({ name }) => isOfferedDatabaseClass(name)), more },
			(one) => classChoice(one, standby),
			({ name }) => (name === DEFAULT.class ? 0 : 1),
			({ name }) => getDatabaseClassSize(name)?.processors ?? 0,
			({ name }) => getDatabaseClassSize(name)?.memoryGb ?? 0,
			({ name }) => name,
		);
	},
});

function classChoice({ name, multiZone }: DatabaseClassInfo, standby: boolean): LookupChoice {
	const size = getDatabaseClassSize(name);
	return {
		value: name,
		hint: joinDetails(size && `${size.processors} vCPU`, size && `${size.memoryGb} GB`),
		refusal: standby && !multiZone ? 'does not support Multi-AZ' : undefined,
	};
}

const snapshots = createRegionalLookup({
	key: 'settings.db_snapshot_identifier',
	what: 'PostgreSQL snapshots',
	rule: optionalSnapshotRule,
	async find(lookupContext, answers) {
		const account = readTextAnswer(answers, 'account');
		const found = createChoices(
			await lookUpSnapshots(lookupContext),
			(snapshot) => snapshotChoice(snapshot, account),
			({ SnapshotCreateTime }) => -(SnapshotCreateTime?.getTime() ?? 0),
			({ DBSnapshotIdentifier = '' }) => DBSnapshotIdentifier,
		);
		return [{ value: '', label: 'None', hint: 'new database' }, ...found];
	},
});

function snapshotChoice(snapshot: DBSnapshot, account: string): LookupChoice {
	const { DBSnapshotIdentifier: name = '', DBSnapshotArn: arn = '', Status = '' } = snapshot;
	const { DBInstanceIdentifier: database, EngineVersion: version } = snapshot;
	const owner = arn.split(':')[4];
	const shared = account !== '' && owner !== account;
	return {
		// Shared snapshots are identified by ARN only.
		value: shared ? arn : name,
		label: name,
		hint: joinDetails(
			database && `from ${database}`,
			formatDay(snapshot.SnapshotCreateTime),
			version && `PostgreSQL ${version}`,
			`${snapshot.AllocatedStorage ?? 0} GB`,
			snapshot.Encrypted === true ? 'encrypted' : 'not encrypted',
			shared ? `shared by ${owner}` : '',
		),
		refusal: Status === 'available' ? undefined : `is ${Status}`,
	};
}

export const databaseLookups: readonly Lookup<Services>[] = [classes, versions, snapshots];

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
// The RDS API does not report class sizes: memory is derived from family and vCPUs.
const MEMORY_PER_PROCESSOR: Readonly<Record<string, number>> = { m: 4, r: 8 };
const LARGEST = 32;

interface DatabaseClassSize {
	processors: number;
	memoryGb: number;
}

/** Processors and memory of a class of the families m and r; undefined for others. */
export function getDatabaseClassSize(name: string): DatabaseClassSize | undefined {
	const [, family = '', times, size] = /^db\.([mr])\d+[a-z]*\.(\d*)(x?large)$/.exec(name) ?? [];
	const perProcessor = MEMORY_PER_PROCESSOR[family];
	if (perProcessor === undefined) return undefined;
	const processors = size === 'large' ? 2 : Number(times || 1) * 4;
	return { processors, memoryGb: processors * perProcessor };
}

/** Classes for a steady load (m and r) that are not too large for one installation. */
export function isOfferedDatabaseClass(name: string): boolean {
	const size = getDatabaseClassSize(name);
	return size !== undefined && size.processors <= LARGEST;
}

interface PostgresMajorVersion {
	major: string;
	/** Its newest minor version: `16.4`. */
	newest: string;
	/** RDS creates no new databases of this major version. */
	deprecated: boolean;
}

/** The major versions, each with its newest minor version. Those before 13 are omitted. */
export function getMajorVersions(all: readonly EngineVersionInfo[]): PostgresMajorVersion[] {
	const found = new Map<string, PostgresMajorVersion>();
	for (const { version, deprecated } of all) {
		const major = version.split('.')[0] ?? '';
		if (!(Number(major) >= 13)) continue;
		const earlier = found.get(major);
		const isNewer =
			earlier === undefined || getVersionRank(version) > getVersionRank(earlier.newest);
		found.set(major, {
			major,
			newest: isNewer ? version : earlier.newest,
			deprecated: deprecated && (earlier?.deprecated ?? true),
		});
	}
	return [...found.values()];
}

/** A numeric sort key: `16.4` before `16.10`. */
function getVersionRank(version: string): number {
	const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
	return major * 1000 + minor;
}
