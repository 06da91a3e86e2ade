import { loadOpenPgp } from './library.ts';
import { type Packet, readPackets, tags } from './packets.ts';
import { Refusal } from './problem.ts';

/** Far above the size of any public key. */
const LARGEST = 1024 * 1024;
const PARTS_OF_A_KEY: ReadonlySet<number> = new Set([
	tags.signature,
	tags.publicKey,
	tags.marker,
	tags.trust,
	tags.userId,
	tags.publicSubkey,
	tags.userAttribute,
	tags.padding,
]);

const ONE_KEY = 'one OpenPGP public key: armored, base64 or binary';
const EXPORT = 'gpg --armor --output KEY.asc --export FINGERPRINT';

export interface PublicKeyInput {
	/** The key as binary OpenPGP. */
	bytes: Buffer;
	/** Its packets; exactly one is a primary key, the first. */
	packets: readonly Packet[];
}

/**
 * Reads a file that must hold exactly one public key: armored, base64 or binary.
 *
 * @throws Refusal for everything else, above all for secret keys.
 */
export async function readPublicKeyInput(given: Buffer): Promise<PublicKeyInput> {
	if (given.length === 0) throw new Refusal('The file is empty.', ONE_KEY, EXPORT);
	if (given.length > LARGEST) throw new Refusal('The file is larger than 1 MiB.', ONE_KEY, EXPORT);
	const bytes = await toBinary(given);
	const packets = readPackets(bytes);
	if (packets?.some(({ tag }) => tag === tags.secretKey || tag === tags.secretSubkey)) {
		bytes.fill(0);
		throw secretKey();
	}
	if (packets === undefined) throw noKey(given, bytes);
	if (packets[0]?.tag !== tags.publicKey) throw otherOpenPgp(packets[0]?.tag);
	const keys = packets.filter(({ tag }) => tag === tags.publicKey).length;
	if (keys > 1) throw severalKeys(`${keys} keys`);
	const strange = packets.find(({ tag }) => !PARTS_OF_A_KEY.has(tag));
	if (strange !== undefined) {
		const what = `The file contains more than a public key: an OpenPGP packet of type ${strange.tag}.`;
		throw new Refusal(what, ONE_KEY, EXPORT);
	}
	return { bytes, packets };
}

async function toBinary(given: Buffer): Promise<Buffer> {
	// PowerShell redirects the output of programs as UTF-16.
	if (given.subarray(0, 2).equals(Buffer.of(0xff, 0xfe))) {
		if (given.toString('utf16le').includes('PRIVATE KEY')) throw secretKey();
		const what = 'The file is UTF-16 text, as written by a PowerShell redirection.';
		throw new Refusal(what, ONE_KEY, EXPORT);
	}
	const marked = given.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf));
	const head = marked ? 0 : (given[0] ?? 0);
	if ((head & 0x80) !== 0) return Buffer.from(given);
	const text = given.subarray(marked ? 3 : 0).toString('latin1');
	const blocks = [...text.matchAll(/^-----BEGIN ([^-\r\n]+)-----/gm)].map(
		([, label]) => label ?? '',
	);
	if (blocks.some((label) => label.includes('PRIVATE KEY'))) throw secretKey();
	if (blocks.length > 1) throw severalKeys(`${blocks.length} armored blocks`);
	const [label] = blocks;
	if (label !== undefined) return dearmor(text, label);
	const compact = text.replace(/\s+/g, '');
	if (/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return Buffer.from(compact, 'base64');
	throw noKey(given, given);
}

async function dearmor(text: string, label: string): Promise<Buffer> {
	if (label !== 'PGP PUBLIC KEY BLOCK') {
		throw new Refusal(`The file is not an OpenPGP public key but "${label}".`, ONE_KEY, EXPORT);
	}
	const { unarmor } = await loadOpenPgp();
	try {
		const { data } = await unarmor(text);
		// Typed as a stream, but data passed in whole is returned whole.
		if (data instanceof Uint8Array) return Buffer.from(data);
	} catch {
		// Reported below.
	}
	throw damaged();
}

function secretKey(): Refusal {
	return new Refusal(
		'The file is a SECRET key. It was not used, and nothing of it was stored.',
		'only the public key; the secret key must never leave its owner',
		'Delete every copy of this file. If it was sent to anyone, its owner must revoke the key and create a new one.',
		EXPORT,
	);
}

function severalKeys(count: string): Refusal {
	return new Refusal(
		`The file contains ${count} instead of one.`,
		'one file per key holder, containing only their key',
		EXPORT,
	);
}

function damaged(): Refusal {
	return new Refusal(
		'The key is damaged or truncated.',
		'the file exactly as exported by gpg',
		EXPORT,
	);
}

function otherOpenPgp(tag: number | undefined): Refusal {
	const what =
		tag === tags.signature
			? 'The file is a signature or a revocation certificate, not a key.'
			: 'The file is OpenPGP, but not a key.';
	return new Refusal(what, ONE_KEY, EXPORT);
}

function noKey(given: Buffer, bytes: Buffer): Refusal {
	const start = given.subarray(0, 32).toString('latin1');
	if (/^(ssh-|ecdsa-sha2-|sk-)/.test(start)) {
		return new Refusal('The file is an SSH key, not an OpenPGP key.', ONE_KEY, EXPORT);
	}
	if (/^keybase:/.test(start)) {
		return new Refusal(
			'The file names a Keybase user. Keys are not fetched from Keybase, since their origin cannot be verified.',
			ONE_KEY,
			EXPORT,
		);
	}
	// The first byte of a public key packet, in the old and the new format.
	if ([0x98, 0x99, 0x9a, 0xc6].includes(bytes[0] ?? 0)) return damaged();
	return new Refusal('The file is not an OpenPGP key.', ONE_KEY, EXPORT);
}
