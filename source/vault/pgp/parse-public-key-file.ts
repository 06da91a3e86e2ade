import { loadOpenPgp } from './load-openpgp.ts';
import { type Packet, packetTags, parsePackets } from './parse-packets.ts';
import { RejectedKeyError } from './pgp-errors.ts';

/** Far above the size of any public key. */
const MAX_FILE_BYTES = 1024 * 1024;
const PUBLIC_KEY_TAGS: ReadonlySet<number> = new Set([
	packetTags.signature,
	packetTags.publicKey,
	packetTags.marker,
	packetTags.trust,
	packetTags.userId,
	packetTags.publicSubkey,
	packetTags.userAttribute,
	packetTags.padding,
]);

const EXPECTED_KEY = 'one OpenPGP public key: armored, base64 or binary';
const EXPORT_COMMAND = 'gpg --armor --output KEY.asc --export FINGERPRINT';

interface PublicKeyData {
	/** The key as binary OpenPGP. */
	bytes: Buffer;
	/** Its packets; exactly one is a primary key, the first. */
	packets: readonly Packet[];
}

const rejectFile = (what: string, expected = EXPECTED_KEY, ...first: readonly string[]) =>
	new RejectedKeyError(what, expected, ...first, EXPORT_COMMAND);

/**
 * Reads a file that must hold exactly one public key: armored, base64 or binary.
 *
 * @throws RejectedKeyError for everything else, above all for secret keys.
 */
export async function parsePublicKeyFile(file: Buffer): Promise<PublicKeyData> {
	if (file.length === 0) throw rejectFile('The file is empty.');
	if (file.length > MAX_FILE_BYTES) throw rejectFile('The file is larger than 1 MiB.');
	const bytes = await toBinary(file);
	const packets = parsePackets(bytes);
	if (packets?.some(({ tag }) => tag === packetTags.secretKey || tag === packetTags.secretSubkey)) {
		bytes.fill(0);
		throw createSecretKeyError();
	}
	if (packets === undefined) throw createNoKeyError(file, bytes);
	const [first] = packets;
	if (first?.tag === packetTags.signature)
		throw rejectFile('The file is a signature or a revocation certificate, not a key.');
	if (first?.tag !== packetTags.publicKey) throw rejectFile('The file is OpenPGP, but not a key.');
	const keys = packets.filter(({ tag }) => tag === packetTags.publicKey).length;
	if (keys > 1) throw createSeveralKeysError(`${keys} keys`);
	const strange = packets.find(({ tag }) => !PUBLIC_KEY_TAGS.has(tag));
	if (strange !== undefined)
		throw rejectFile(
			`The file contains more than a public key: an OpenPGP packet of type ${strange.tag}.`,
		);
	return { bytes, packets };
}

async function toBinary(file: Buffer): Promise<Buffer> {
	// PowerShell redirects the output of programs as UTF-16.
	if (file.subarray(0, 2).equals(Buffer.of(0xff, 0xfe))) {
		if (file.toString('utf16le').includes('PRIVATE KEY')) throw createSecretKeyError();
		throw rejectFile('The file is UTF-16 text, as written by a PowerShell redirection.');
	}
	const marked = file.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf));
	const head = marked ? 0 : (file[0] ?? 0);
	if ((head & 0x80) !== 0) return Buffer.from(file);
	const text = file.subarray(marked ? 3 : 0).toString('latin1');
	const blocks = [...text.matchAll(/^-----BEGIN ([^-\r\n]+)-----/gm)].map(
		([, label]) => label ?? '',
	);
	if (blocks.some((label) => label.includes('PRIVATE KEY'))) throw createSecretKeyError();
	if (blocks.length > 1) throw createSeveralKeysError(`${blocks.length} armored blocks`);
	const [label] = blocks;
	if (label !== undefined) return unarmorPublicKey(text, label);
	const compact = text.replace(/\s+/g, '');
	if (/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return Buffer.from(compact, 'base64');
	throw createNoKeyError(file, file);
}

async function unarmorPublicKey(text: string, label: string): Promise<Buffer> {
	if (label !== 'PGP PUBLIC KEY BLOCK')
		throw rejectFile(`The file is not an OpenPGP public key but "${label}".`);
	const { unarmor } = await loadOpenPgp();
	try {
		const { data } = await unarmor(text);
		// Typed as a stream, but data passed in whole is returned whole.
		if (data instanceof Uint8Array) return Buffer.from(data);
	} catch {
		// Reported below.
	}
	throw createDamagedKeyError();
}

const createSecretKeyError = () =>
	rejectFile(
		'The file is a SECRET key. It was not used, and nothing of it was stored.',
		'only the public key; the secret key must never leave its owner',
		'Delete every copy of this file. If it was sent to anyone, its owner must revoke the key and create a new one.',
	);

const createSeveralKeysError = (count: string) =>
	rejectFile(
		`The file contains ${count} instead of one.`,
		'one file per key holder, containing only their key',
	);

const createDamagedKeyError = () =>
	rejectFile('The key is damaged or truncated.', 'the file exactly as exported by gpg');

function createNoKeyError(file: Buffer, bytes: Buffer): RejectedKeyError {
	const start = file.subarray(0, 32).toString('latin1');
	if (/^(ssh-|ecdsa-sha2-|sk-)/.test(start))
		return rejectFile('The file is an SSH key, not an OpenPGP key.');
	if (/^keybase:/.test(start))
		return rejectFile(
			'The file names a Keybase user. Keys are not fetched from Keybase, since their origin cannot be verified.',
		);
	// The first byte of a public key packet, in the old and the new format.
	if ([0x98, 0x99, 0x9a, 0xc6].includes(bytes[0] ?? 0)) return createDamagedKeyError();
	return rejectFile('The file is not an OpenPGP key.');
}
