import { WizardError } from '../engine/errors.ts';

export interface TerraformVersion {
	/** As printed, with any pre-release suffix: `1.11.4`, `1.12.0-beta1`. */
	version: string;
	major: number;
	minor: number;
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
	const found = /^(Terraform|OpenTofu) v((\d+)\.(\d+)\.\d+\S*)/m.exec(printed);
	if (found === null) return undefined;
	const [, name, version = '', major, minor] = found;
	return {
		version,
		major: Number(major),
		minor: Number(minor),
		product: name === 'OpenTofu' ? 'opentofu' : 'terraform',
	};
}

/**
 * Refuses a version that the templates do not support.
 *
 * @returns a warning for the operator if the version is accepted but not tested
 * @throws WizardError `preflight` if it is older than 1.11
 */
export function assertVersionAndFindWarning(found: TerraformVersion): string | undefined {
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
