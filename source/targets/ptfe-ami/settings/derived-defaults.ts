import { createHash } from 'node:crypto';
import type { Answers, DerivationContext } from '../../../engine/question.ts';
import { readTextAnswer } from '../../../steps/rules/read-answers.ts';

function sha256(text: string, digits: number): string {
	return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/**
 * `tfe-FQDN-data`, as the 2018 documentation suggests. A name longer than the 63 characters that S3
 * allows is truncated, with 8 digits of the domain's hash to keep long names unique.
 */
export function deriveBucketName(answers: Answers): string | undefined {
	const fqdn = readTextAnswer(answers, 'settings.fqdn').toLowerCase();
	if (fqdn === '') return undefined;
	const name = `tfe-${fqdn}-data`;
	if (name.length <= 63) return name;
	const kept = fqdn.slice(0, 63 - 'tfe---data'.length - 8).replace(/[.-]+$/, '');
	return `tfe-${kept}-${sha256(fqdn, 8)}-data`;
}

/**
 * The first 12 hexadecimal digits of the SHA-256 of session, account, region and domain name, joined
 * by line feeds. Undefined until all four are known.
 */
export function deriveInstallationId(
	answers: Answers,
	{ session }: DerivationContext,
): string | undefined {
	const parts = ['account', 'region', 'settings.fqdn'].map((key) => readTextAnswer(answers, key));
	if (parts.includes('')) return undefined;
	return sha256([session, ...parts].join('\n'), 12);
}

/** The full domain name, which Route 53 accepts in any of its zones; `""` without a zone. */
export function deriveHostname(answers: Answers): string {
	return readTextAnswer(answers, 'settings.zone_id') === ''
		? ''
		: readTextAnswer(answers, 'settings.fqdn');
}
