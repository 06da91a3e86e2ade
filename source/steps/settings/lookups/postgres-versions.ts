import type { EngineVersionFacts } from '../../../aws/lookups/databases.ts';

export interface MajorVersion {
	major: string;
	/** The newest version of it: `16.4`. */
	newest: string;
	/** None of it is made any more. */
	deprecated: boolean;
}

/** The major versions among whole ones, each with its newest. Those before 13 are left out. */
export function majorVersions(all: readonly EngineVersionFacts[]): MajorVersion[] {
	const found = new Map<string, MajorVersion>();
	for (const { version, deprecated } of all) {
		const major = version.split('.')[0] ?? '';
		if (!(Number(major) >= 13)) continue;
		const earlier = found.get(major);
		const isNewer = earlier === undefined || versionRank(version) > versionRank(earlier.newest);
		found.set(major, {
			major,
			newest: isNewer ? version : earlier.newest,
			deprecated: deprecated && (earlier?.deprecated ?? true),
		});
	}
	return [...found.values()];
}

/** A version as a number to sort by: `16.4` before `16.10`. */
export function versionRank(version: string): number {
	const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
	return major * 1000 + minor;
}
