/** Parses `5.100.0`; undefined for pre-releases and other text. */
function parseRelease(version: string): readonly number[] | undefined {
	return /^\d+(?:\.\d+){0,2}$/.test(version) ? padded(version) : undefined;
}

/** Compares releases; negative if `a` is older. */
export function compareReleases(a: string, b: string): number {
	const [one, other] = [padded(a), padded(b)];
	for (const [index, number] of one.entries()) {
		const difference = number - (other[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

/**
 * Whether a release satisfies a Terraform version constraint: `>= 5.100`, `~> 5.100`, or several
 * separated by commas. Pre-releases satisfy none, as in Terraform.
 */
export function satisfiesConstraint(version: string, constraint: string): boolean {
	if (parseRelease(version) === undefined) return false;
	return constraint
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '')
		.every((part) => satisfiesOne(version, part));
}

function satisfiesOne(version: string, part: string): boolean {
	const [, operator = '', bound = ''] = /^(>=|<=|!=|~>|=|>|<)?\s*v?(\S+)$/.exec(part) ?? [];
	if (parseRelease(bound) === undefined) return false;
	const order = compareReleases(version, bound);
	switch (operator) {
		case '>=':
			return order >= 0;
		case '<=':
			return order <= 0;
		case '>':
			return order > 0;
		case '<':
			return order < 0;
		case '!=':
			return order !== 0;
		case '~>':
			return order >= 0 && compareReleases(version, nextSeries(bound)) < 0;
		default:
			return order === 0;
	}
}

/** `~> 5.100` allows versions below 6, `~> 5.100.1` versions below 5.101. */
function nextSeries(bound: string): string {
	const parts = bound.split('.').map(Number);
	if (parts.length > 1) parts.pop();
	const last = parts.pop() ?? 0;
	return [...parts, last + 1].join('.');
}

function padded(version: string): readonly number[] {
	const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
	return [major, minor, patch];
}
