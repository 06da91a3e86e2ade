import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text somewhere, and where. */
export interface SearchTarget {
	where: string;
	bytes: Buffer;
}

/**
 * Every form a secret may take on its way out: plain, hex, URL form, and base64 wherever in a
 * longer text it begins. Written apart from the program's own list on purpose.
 */
export function listEncodings(secret: string): Map<string, string> {
	const bytes = Buffer.from(secret);
	const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
	const forms = new Map([
		['plain', secret],
		['hex', bytes.toString('hex')],
		['HEX', bytes.toString('hex').toUpperCase()],
		['url', encodeURIComponent(secret)],
		['percent', percent],
		['PERCENT', percent.toUpperCase()],
	]);
	for (const before of [0, 1, 2]) {
		// Characters that also hold bits of what stands before or after are left out.
		const first = Math.ceil((before * 8) / 6);
		const last = Math.floor(((before + bytes.length) * 8) / 6);
		const padded = Buffer.concat([Buffer.alloc(before), bytes]);
		forms.set(`base64+${before}`, padded.toString('base64').slice(first, last));
		forms.set(`base64url+${before}`, padded.toString('base64url').slice(first, last));
	}
	return forms;
}

/** Where a secret is found, in which form; empty is what one hopes for. */
export function findSecret(secret: string, haystacks: Iterable<SearchTarget>): string[] {
	const forms = [...listEncodings(secret)];
	return [...haystacks].flatMap(({ where, bytes }) =>
		forms.flatMap(([form, text]) => (bytes.includes(text) ? [`${where} (${form})`] : [])),
	);
}

/** The same for a key or a share: its bytes, and all forms of what people and Vault write for it. */
export function findKey(key: Buffer, haystacks: Iterable<SearchTarget>): string[] {
	const all = [...haystacks];
	const raw = all.flatMap(({ where, bytes }) => (bytes.includes(key) ? [`${where} (bytes)`] : []));
	const hex = key.toString('hex');
	const written = [
		...(['base64', 'base64url'] as const).map((form) => [form, key.toString(form)] as const),
		...([
			['hex', hex],
			['HEX', hex.toUpperCase()],
		] as const),
	].flatMap(([form, text]) => findSecret(text, all).map((found) => `${found} of ${form}`));
	return [...raw, ...written, ...findBase64(key, all), ...findGroups(key, all)];
}

/** As people read it from a screen: in groups of four, a blank or a line end between them. */
function findGroups(key: Buffer, haystacks: readonly SearchTarget[]): string[] {
	const forms = (['base64', 'hex'] as const).flatMap((form) =>
		[' ', '\n'].map((between) => {
			// Half of it is a find already: a screen breaks it somewhere.
			const groups = key.toString(form).match(/.{4}/g)?.slice(0, 5) ?? [];
			return [`${form} in groups`, groups.join(between)] as const;
		}),
	);
	return haystacks.flatMap(({ where, bytes }) =>
		forms.flatMap(([form, text]) => (bytes.includes(text) ? [`${where} (${form})`] : [])),
	);
}

/** Its bytes in base64, wherever in a longer run of bytes they begin. */
function findBase64(key: Buffer, haystacks: readonly SearchTarget[]): string[] {
	const forms = [1, 2].map((before) => {
		const first = Math.ceil((before * 8) / 6);
		const last = Math.floor(((before + key.length) * 8) / 6);
		const padded = Buffer.concat([Buffer.alloc(before), key]);
		return [`base64+${before} of bytes`, padded.toString('base64').slice(first, last)] as const;
	});
	return haystacks.flatMap(({ where, bytes }) =>
		forms.flatMap(([form, text]) => (bytes.includes(text) ? [`${where} (${form})`] : [])),
	);
}

/** Every file below a folder; zip archives (plan files) also unpacked. Links are not followed. */
export function readFilesBelow(folder: string): SearchTarget[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.flatMap((entry) => {
			const where = join(entry.parentPath, entry.name);
			const bytes = readFileSync(where);
			const packed = bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04'));
			return packed ? [{ where, bytes }, unpacked(where)] : [{ where, bytes }];
		});
}

function unpacked(path: string): SearchTarget {
	const bytes = execFileSync('unzip', ['-p', path], { maxBuffer: 400_000_000 });
	return { where: `inside ${path}`, bytes };
}
