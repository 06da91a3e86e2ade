import type { EngineVersionInfo } from '../../../../aws/lookups/databases.ts';

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
export function getVersionRank(version: string): number {
	const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
	return major * 1000 + minor;
}
