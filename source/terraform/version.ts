import { WizardError } from '../engine/errors.ts';

export interface TerraformVersion {
	/** As printed, with any pre-release suffix: `1.11.4`, `1.12.0-beta1`. */
	version: string;
	major: number;
	minor: number;
	patch: number;
	product: 'terraform' | 'opentofu';
}

/**
 * Write-only arguments, which keep the database password out of the state, and the stable S3 lock
 * file require Terraform 1.11. OpenTofu has write-only arguments since its own 1.11
 * (https://opentofu.org/docs/intro/whats-new).
 */
const least = { major: 1, minor: 11 };

/** Parses the first line of `terraform version`; undefined if it is neither product. */
export function parseTerraformVersion(printed: string): TerraformVersion | undefined {
	const found = /^(Terraform|OpenTofu) v((\d+)\.(\d+)\.(\d+)\S*)/m.exec(printed);
	if (found === null) return undefined;
	const [, name, version = '', major, minor, patch] = found;
	return {
		version,
		major: Number(major),
		minor: Number(minor),
		patch: Number(patch),
		product: name === 'OpenTofu' ? 'opentofu' : 'terraform',
	};
}

/**
 * Refuses a version that the templates do not support.
 *
 * @returns a warning for the operator if the version is accepted but not tested
 * @throws WizardError `preflight` if it is older than 1.11
 */
export function assertSupportedVersion(found: TerraformVersion): string | undefined {
	const name = found.product === 'opentofu' ? 'OpenTofu' : 'Terraform';
	const enough =
		found.major > least.major || (found.major === least.major && found.minor >= least.minor);
	if (!enough) {
		throw new WizardError('preflight', {
			message: `${name} ${found.version} is too old.`,
			expected:
				'Terraform 1.11 or later: earlier versions have no write-only arguments, so the database password would be stored in the state',
			next: [
				'Install a later Terraform version (https://developer.hashicorp.com/terraform/install) and put it first on PATH.',
			],
		});
	}
	if (found.product === 'opentofu') {
		return `OpenTofu ${found.version} supports what the templates need, but tfe-wizard is tested only with Terraform. A provider mirror must be laid out for registry.opentofu.org.`;
	}
	if (found.major > least.major) {
		return `Terraform ${found.version} is a later major version than tfe-wizard is tested with.`;
	}
	return undefined;
}

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
