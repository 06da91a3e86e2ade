import { stringify } from 'yaml';
import type { PracticeSeeds } from './seed.ts';

export interface PracticeAnswersOptions {
	/** Where terraform finds providers when the registry is out of reach: a folder. */
	providerMirror?: string;
	/**
	 * Custodians with keys of their own, and the command that opens a share with them: for a run
	 * without a person. Without it the shares are shown, one by one, to whoever is there.
	 */
	custodians?: { people: Readonly<Record<string, string>>; openWith: readonly string[] };
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

# The practice machine is reached over SSH on the loopback interface.
instance: ssh

# The unseal key of its Vault is taken out of it, and given to custodians.
rekey:
  custodians:
    people:
${people(options)}
    threshold: 2
    # At the end Vault is restarted, and opened with their shares.
    restart: true
${openWith(options)}
backup: true
`;
}

/** Roles and not names: whoever practises takes all of them. */
export const practiceCustodians = ['security-lead', 'head-of-operations', 'on-call'] as const;

function people({ custodians }: PracticeAnswersOptions): string {
	return practiceCustodians
		.map((name) => `      ${name}: ${quoted(custodians?.people[name] ?? '')}`)
		.join('\n');
}

function openWith({ custodians }: PracticeAnswersOptions): string {
	if (custodians === undefined) return '';
	const words = custodians.openWith.map((word) => `      - ${quoted(word)}`);
	return [
		'    # Their keys are made for practice and lie beside this file; real ones are never here.',
		'    open_with:',
		...words,
		'',
	].join('\n');
}

/** A YAML string that cannot be taken for a number or anything else. */
function quoted(text: string): string {
	return stringify(text, { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 }).trimEnd();
}
