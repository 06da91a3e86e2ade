import { shortest } from '../sample.ts';

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
export function but(old: string, now: string): string {
	if (!shortest.includes(old)) throw new Error(`not in the shortest file: ${old}`);
	return shortest.replace(old, () => now);
}

/** `shortest` with more lines at the end. */
export function also(lines: string): string {
	return `${shortest}${lines}\n`;
}

export const ACCOUNT = 'account: "012345678901"';
export const REGION = 'region: us-west-2';
export const S3 = '  s3: { bucket: acme-state }';
export const FQDN = '  fqdn: tfe.acme.example';
export const SECRET = '{ env: TFE_DB_PASSWORD }';

export function bad(
	name: string,
	text: string,
	place: string,
	key: string,
	...words: string[]
): BadFile {
	return { name, text, place, key, words };
}
