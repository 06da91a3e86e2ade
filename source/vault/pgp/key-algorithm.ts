/** The algorithm of a key packet, as far as it can be judged without a library. */
export interface KeyAlgorithm {
	/** Name for messages: "RSA 3072", "Curve25519". */
	words: string;
	/** Whether it can encrypt; a sign-only key may still be the primary key. */
	encrypts: boolean;
	/** Why it must not be used for a share; undefined when it can be. */
	unfit?: string;
}

/** Curves that every Vault can read: the libraries of 0.8 to 2.x support exactly this set. */
const supportedCurves: Readonly<Record<string, string>> = {
	'2a8648ce3d030107': 'NIST P-256',
	'2b81040022': 'NIST P-384',
	'2b81040023': 'NIST P-521',
	'2b06010401da470f01': 'Ed25519',
	'2b060104019755010501': 'Curve25519',
};
const unsupportedCurves: Readonly<Record<string, string>> = {
	'2b2403030208010107': 'Brainpool P-256',
	'2b240303020801010b': 'Brainpool P-384',
	'2b240303020801010d': 'Brainpool P-512',
	'2b8104000a': 'secp256k1',
};
const unsupportedAlgorithms: Readonly<Record<number, string>> = {
	16: 'ElGamal',
	17: 'DSA',
	25: 'X25519 in the RFC 9580 format (algorithm 25)',
	26: 'X448 (algorithm 26)',
	27: 'Ed25519 in the RFC 9580 format (algorithm 27)',
	28: 'Ed448 (algorithm 28)',
};
const encryptingAlgorithms = new Set([1, 2, 16, 18, 25, 26]);
const MIN_RSA_BITS = 2048;

/** @param body Body of a public key or public subkey packet (RFC 9580, 5.5.2). */
export function parseKeyAlgorithm(body: Buffer): KeyAlgorithm {
	const version = body[0] ?? 0;
	const number = body[5] ?? 0;
	const encrypts = encryptingAlgorithms.has(number);
	if (version !== 4) {
		const words = `a version ${version} key`;
		return { words, encrypts, unfit: 'Vault supports only version 4 keys' };
	}
	if (number >= 1 && number <= 3) {
		const bits = body.length < 8 ? 0 : body.readUInt16BE(6);
		const words = `RSA ${bits}`;
		if (bits < MIN_RSA_BITS) {
			return { words, encrypts, unfit: `RSA keys shorter than ${MIN_RSA_BITS} bits are too weak` };
		}
		return { words, encrypts };
	}
	if (number === 18 || number === 19 || number === 22) {
		const oid = body.subarray(7, 7 + (body[6] ?? 0)).toString('hex');
		const known = supportedCurves[oid];
		if (known !== undefined) return { words: known, encrypts };
		const words = unsupportedCurves[oid] ?? 'an unknown elliptic curve';
		return {
			words,
			encrypts,
			unfit: 'this curve cannot be checked, and not every Vault supports it',
		};
	}
	const words = unsupportedAlgorithms[number] ?? `algorithm ${number}`;
	return { words, encrypts, unfit: 'Vault does not reliably support this kind of key' };
}
