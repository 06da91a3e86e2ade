import { shortestAnswers } from '../sample-catalogue.ts';

export interface BadFile {
	name: string;
	text: string;
	/** `line:column` of the one problem. */
	place: string;
	key: string;
	/** Texts that the reported line must contain. */
	words: string[];
	/** The name of the file; `answers.yaml` unless given. */
	file?: string;
}

/** `shortest` with one line replaced. */
export function replaceLine(old: string, now: string): string {
	if (!shortestAnswers.includes(old)) throw new Error(`not in the shortest file: ${old}`);
	return shortestAnswers.replace(old, () => now);
}

/** `shortest` with more lines at the end. */
export function appendLines(lines: string): string {
	return `${shortestAnswers}${lines}\n`;
}

export const ACCOUNT_LINE = 'account: "012345678901"';
export const REGION_LINE = 'region: us-west-2';
export const S3_LINE = '  s3: { bucket: acme-state }';
export const FQDN_LINE = '  fqdn: tfe.acme.example';
export const SECRET_REFERENCE = '{ env: TFE_DB_PASSWORD }';

export function createBadFile(
	name: string,
	text: string,
	place: string,
	key: string,
	...words: string[]
): BadFile {
	return { name, text, place, key, words };
}
