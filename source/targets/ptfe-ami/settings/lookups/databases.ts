import {
	type DatabaseClassInfo,
	lookUpDatabaseClasses,
	lookUpEngineVersions,
	lookUpSnapshots,
	type SnapshotInfo,
} from '../../../../aws/lookups/databases.ts';
import type { Lookup, LookupChoice } from '../../../../engine/lookup.ts';
import { createRegionalLookup } from '../../../../steps/lookups/create-lookup.ts';
import {
	compareBy,
	createChoices,
	formatDay,
	getKnownAnswer,
	getTextAnswerOrEmpty,
	joinDetails,
	sortSelectableFirst,
} from '../../../../steps/lookups/lookup-choices.ts';
import type { Services } from '../../../../steps/services.ts';
import {
	databaseClassRule,
	optionalSnapshotRule,
	postgresVersionRule,
} from '../../rules/database.ts';
import { getDatabaseClassSize, isSuitableDatabaseClass } from './database-class-size.ts';
import { getMajorVersions, getVersionRank } from './postgres-versions.ts';

const VERSION = 'settings.db_engine_version';
const DEFAULT = { class: 'db.m5.large', version: '16' };

const versions = createRegionalLookup({
	key: VERSION,
	what: 'PostgreSQL versions',
	rule: postgresVersionRule,
	async find(asking) {
		const majors = getMajorVersions((await lookUpEngineVersions(asking)).items);
		const best = compareBy<(typeof majors)[number]>(
			({ major }) => (major === DEFAULT.version ? 0 : 1),
			({ major }) => -Number(major),
		);
		const found = majors.sort(best).map(({ major, newest, deprecated }) => ({
			value: major,
			hint: `currently ${newest}`,
			...(deprecated ? { refusal: 'is no longer available for new databases' } : {}),
		}));
		return sortSelectableFirst(found);
	},
});

const classes = createRegionalLookup({
	key: 'settings.db_instance_class',
	what: 'database classes',
	needs: [VERSION, 'settings.db_multi_az'],
	rule: databaseClassRule,
	async find(asking, answers) {
		const major = getTextAnswerOrEmpty(answers, VERSION) || DEFAULT.version;
		const { items } = await lookUpEngineVersions(asking, major);
		const [newest] = [...items].sort(compareBy(({ version }) => -getVersionRank(version)));
		if (newest === undefined) return [];
		const { items: all, more } = await lookUpDatabaseClasses(asking, newest.version);
		const standby = getKnownAnswer(answers, 'settings.db_multi_az') !== false;
		const small = compareBy<DatabaseClassInfo>(
			({ name }) => (name === DEFAULT.class ? 0 : 1),
			({ name }) => getDatabaseClassSize(name)?.processors ?? 0,
			({ name }) => getDatabaseClassSize(name)?.memoryGb ?? 0,
			({ name }) => name,
		);
		const worthwhile = all.filter(({ name }) => isSuitableDatabaseClass(name));
		return createChoices({ items: worthwhile, more }, (one) => classChoice(one, standby), small);
	},
});

function classChoice({ name, multiZone }: DatabaseClassInfo, standby: boolean): LookupChoice {
	const size = getDatabaseClassSize(name);
	const hint = joinDetails(size && `${size.processors} vCPU`, size && `${size.memoryGb} GB`);
	return {
		value: name,
		hint,
		...(standby && !multiZone ? { refusal: 'does not support Multi-AZ' } : {}),
	};
}

const snapshots = createRegionalLookup({
	key: 'settings.db_snapshot_identifier',
	what: 'PostgreSQL snapshots',
	rule: optionalSnapshotRule,
	async find(asking, answers) {
		const looked = await lookUpSnapshots(asking, getTextAnswerOrEmpty(answers, 'account'));
		const newest = compareBy<SnapshotInfo>(
			({ made }) => -(made?.getTime() ?? 0),
			({ name }) => name,
		);
		const none = { value: '', label: 'None', hint: 'new database' };
		return [none, ...createChoices(looked, snapshotChoice, newest)];
	},
});

function snapshotChoice(snapshot: SnapshotInfo): LookupChoice {
	const { name, arn, shared, database, version, sizeGb, made, status, encrypted } = snapshot;
	return {
		// Shared snapshots are identified by ARN only.
		value: shared ? arn : name,
		label: name,
		hint: joinDetails(
			database && `from ${database}`,
			formatDay(made),
			version && `PostgreSQL ${version}`,
			`${sizeGb} GB`,
			encrypted ? 'encrypted' : 'not encrypted',
			shared ? `shared by ${arn.split(':')[4]}` : '',
		),
		...(status === 'available' ? {} : { refusal: `is ${status}` }),
	};
}

export const databaseLookups: readonly Lookup<Services>[] = [classes, versions, snapshots];
