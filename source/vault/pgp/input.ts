import { loadOpenPgp } from './library.ts';
import { type Packet, readPackets, tags } from './packets.ts';
import { Refusal } from './problem.ts';

/** Far more than any public key; less than what a wrong file could cost. */
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
	/** Of which exactly one is a primary key, the first. */
	packets: readonly Packet[];
}

/**
 * Finds the one public key in what somebody sent: armored, base64 or binary.
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
		const what = `The file holds more than a public key: an OpenPGP packet of type ${strange.tag}.`;
		throw new Refusal(what, ONE_KEY, EXPORT);
	}
	return { bytes, packets };
}

async function toBinary(given: Buffer): Promise<Buffer> {
	// PowerShell writes UTF-16 when the output of a program is redirected.
	if (given.subarray(0, 2).equals(Buffer.of(0xff, 0xfe))) {
		if (given.toString('utf16le').includes('PRIVATE KEY')) throw secretKey();
		const what = 'The file is UTF-16 text, as PowerShell writes it on redirection.';
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
		throw new Refusal(`The file is no OpenPGP public key, but "${label}".`, ONE_KEY, EXPORT);
	}
	const { unarmor } = await loadOpenPgp();
	try {
		const { data } = await unarmor(text);
		// Typed as a stream, but what was given whole comes back whole.
		if (data instanceof Uint8Array) return Buffer.from(data);
	} catch {
		// Said below.
	}
	throw damaged();
}

function secretKey(): Refusal {
	return new Refusal(
		'This is a SECRET key. It was not used, and nothing of it was kept.',
		'the public key alone; nobody but its owner may ever hold the secret one',
		'Delete this file wherever it is. If it was sent to anybody, its owner has to revoke the key and make a new one.',
		EXPORT,
	);
}

function severalKeys(count: string): Refusal {
	return new Refusal(
		`The file holds ${count}: which one is meant cannot be known.`,
		'a file for each custodian with their key alone',
		EXPORT,
	);
}

function damaged(): Refusal {
	return new Refusal(
		'The key is damaged: it cannot be read to its end.',
		'the file exactly as gpg wrote it',
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
			'The file names a Keybase user. Keys are not fetched from there: who answers cannot be checked.',
			ONE_KEY,
			EXPORT,
		);
	}
	// The first byte of a public key packet, in either format.
	if ([0x98, 0x99, 0x9a, 0xc6].includes(bytes[0] ?? 0)) return damaged();
	return new Refusal('The file is not an OpenPGP key.', ONE_KEY, EXPORT);
}
