import { stringify } from 'yaml';
import type { PracticeSeeds } from './seed.ts';

export interface PracticeAnswersOptions {
	/** Where terraform finds providers when the registry is out of reach: a folder. */
	providerMirror?: string;
}

/**
 * The bundled answers of a practice session, as the text of an answers file: everything an
 * install asks, against what `seedPracticeCloud` has put there.
 */
export function practiceAnswers(
	seeds: PracticeSeeds,
	options: PracticeAnswersOptions = {},
): string {
	const mirror = options.providerMirror;
	return `# The answers of a practice session. The AWS in it is a practice cloud on this machine: the
# account, the certificate, the zone and the image exist there and nowhere else.
version: 1

# What is installed, and where.
target: ptfe-ami
account: ${quoted(seeds.account)}
region: ${seeds.region}
${mirror === undefined ? '' : `terraform:\n  provider_mirror: ${quoted(mirror)}\n`}
# A network of its own; an operator with a VPC would name its subnets under "existing".
network:
  create: { name: practice, cidr: 10.20.0.0/16 }

# The credentials in use install it.
access: current

# Where Terraform keeps its state: a bucket that is made first.
state:
  s3: { bucket: practice-tfe-state-${seeds.account} }

settings:
  fqdn: ${seeds.fqdn}
  # The name in the zone that is pointed to the load balancer.
  hostname: ${seeds.fqdn}
  zone_id: ${quoted(seeds.zoneId)}
  cert_id: ${seeds.certificateArn}
  ami_id: ${seeds.amiId}
  key_name: ${seeds.keyName}
  bucket_name: tfe-${seeds.fqdn}-data
  # Made by tfe-wizard; never written down here, nor into the state.
  db_password: { generate: {} }
  # So that a practice installation can be destroyed again.
  db_deletion_protection: false
`;
}

/** A YAML string that cannot be taken for a number or anything else. */
function quoted(text: string): string {
	return stringify(text, { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 }).trimEnd();
}
