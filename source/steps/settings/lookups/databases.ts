import {
	type DatabaseClassFacts,
	lookUpDatabaseClasses,
	lookUpEngineVersions,
	lookUpSnapshots,
	type SnapshotFacts,
} from '../../../aws/lookups/databases.ts';
import type { Found, Lookup } from '../../../engine/lookup.ts';
import { by, choices, day, facts, known, knownValue, takableFirst } from '../../look-up/found.ts';
import { regional } from '../../look-up/regional.ts';
import { databaseClass, engineVersion, snapshotOrEmpty } from '../../rules/database.ts';
import type { Services } from '../../services.ts';
import { classSize, isWorthwhile } from './database-sizes.ts';
import { majorVersions, versionRank } from './postgres-versions.ts';

const VERSION = 'settings.db_engine_version';
const DEFAULT = { class: 'db.m5.large', version: '16' };

const versions = regional({
	key: VERSION,
	what: 'PostgreSQL versions',
	rule: engineVersion,
	async find(asking) {
		const majors = majorVersions((await lookUpEngineVersions(asking)).items);
		const best = by<(typeof majors)[number]>(
			({ major }) => (major === DEFAULT.version ? 0 : 1),
			({ major }) => -Number(major),
		);
		const found = majors.sort(best).map(({ major, newest, deprecated }) => ({
			value: major,
			hint: `currently ${newest}`,
			...(deprecated ? { refusal: 'is no longer available for new databases' } : {}),
		}));
		return takableFirst(found);
	},
});

const classes = regional({
	key: 'settings.db_instance_class',
	what: 'database classes',
	needs: [VERSION, 'settings.db_multi_az'],
	rule: databaseClass,
	async find(asking, answers) {
		const major = known(answers, VERSION) || DEFAULT.version;
		const { items } = await lookUpEngineVersions(asking, major);
		const [newest] = [...items].sort(by(({ version }) => -versionRank(version)));
		if (newest === undefined) return [];
		const { items: all, more } = await lookUpDatabaseClasses(asking, newest.version);
		const standby = knownValue(answers, 'settings.db_multi_az') !== false;
		const small = by<DatabaseClassFacts>(
			({ name }) => (name === DEFAULT.class ? 0 : 1),
			({ name }) => classSize(name)?.processors ?? 0,
			({ name }) => classSize(name)?.memoryGb ?? 0,
			({ name }) => name,
		);
		const worthwhile = all.filter(({ name }) => isWorthwhile(name));
		return choices({ items: worthwhile, more }, (one) => classChoice(one, standby), small);
	},
});

function classChoice({ name, multiZone }: DatabaseClassFacts, standby: boolean): Found {
	const size = classSize(name);
	const hint = facts(size && `${size.processors} vCPU`, size && `${size.memoryGb} GB`);
	return {
		value: name,
		hint,
		...(standby && !multiZone ? { refusal: 'does not support Multi-AZ' } : {}),
	};
}

const snapshots = regional({
	key: 'settings.db_snapshot_identifier',
	what: 'PostgreSQL snapshots',
	rule: snapshotOrEmpty,
	async find(asking, answers) {
		const looked = await lookUpSnapshots(asking, known(answers, 'account'));
		const newest = by<SnapshotFacts>(
			({ made }) => -(made?.getTime() ?? 0),
			({ name }) => name,
		);
		const none = { value: '', label: 'None', hint: 'new database' };
		return [none, ...choices(looked, snapshotChoice, newest)];
	},
});

function snapshotChoice(snapshot: SnapshotFacts): Found {
	const { name, arn, shared, database, version, sizeGb, made, status, encrypted } = snapshot;
	return {
		// Shared snapshots are identified by ARN only.
		value: shared ? arn : name,
		label: name,
		hint: facts(
			database && `from ${database}`,
			day(made),
			version && `PostgreSQL ${version}`,
			`${sizeGb} GB`,
			encrypted ? 'encrypted' : 'not encrypted',
			shared ? `shared by ${arn.split(':')[4]}` : '',
		),
		...(status === 'available' ? {} : { refusal: `is ${status}` }),
	};
}

export const databases: readonly Lookup<Services>[] = [classes, versions, snapshots];
