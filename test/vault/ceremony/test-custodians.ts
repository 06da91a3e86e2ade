import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	createMessage,
	decrypt,
	encrypt,
	generateKey,
	readKey,
	readMessage,
	readPrivateKey,
} from 'openpgp';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import type { CeremonyOptions } from '../../../source/vault/ceremony/ceremony-ports.ts';
import type {
	OperatorPrompter,
	Prompt,
	PromptReply,
} from '../../../source/vault/ceremony/ceremony-prompt-types.ts';
import type { DryRunKey } from '../../../source/vault/pgp/generate-keys.ts';

/** A custodian with a key of their own, including its private half. */
export type CustodianWithKey = CeremonyOptions['custodians'][number] & {
	key: { fingerprint: string; encryptionKeyId: string; publicKey: string };
	privateKey: string;
};

/** Elliptic-curve keys are created quickly, and every Vault supports these. */
export async function createCustodian(name: string): Promise<CustodianWithKey> {
	const made = await ellipticKey(name);
	return {
		name,
		key: {
			fingerprint: made.fingerprint,
			encryptionKeyId: made.encryptionKeyId,
			publicKey: made.publicKey,
		},
		privateKey: made.privateKey,
	};
}

async function ellipticKey(name: string, options: { subkeys?: [] } = {}) {
	const { publicKey, privateKey } = await generateKey({
		type: 'ecc',
		curve: 'ed25519Legacy',
		userIDs: [{ name }],
		format: 'object',
		...options,
	});
	return {
		fingerprint: publicKey.getFingerprint(),
		encryptionKeyId: publicKey.subkeys[0]?.getKeyID().toHex() ?? '',
		publicKey: Buffer.from(publicKey.write()).toString('base64'),
		privateKey: privateKey.armor(),
	};
}

/** Faster than the keys of the program: tests create dozens. */
export async function generateFastDryRunKey({
	signOnly,
}: {
	signOnly: boolean;
}): Promise<DryRunKey> {
	if (!signOnly) return ellipticKey('dry run');
	return {
		...(await ellipticKey('dry run, cannot encrypt', { subkeys: [] })),
		decryptShare: () => Promise.reject(new Error('nothing was encrypted to it')),
	};
}

/** Decrypts a custodian's message like their own program would: the share in hex. */
export async function decryptMessage(
	custodian: CustodianWithKey,
	message: Buffer,
): Promise<string> {
	const { data } = await decrypt({
		message: await readMessage({ binaryMessage: new Uint8Array(message) }),
		decryptionKeys: await readPrivateKey({ armoredKey: custodian.privateKey }),
	});
	return String(data);
}

/** Decrypts the old key from its escrow with a custodian's key, in hex. */
export async function decryptEscrow(custodian: CustodianWithKey, sealed: Buffer): Promise<string> {
	const { data } = await decrypt({
		message: await readMessage({ armoredMessage: sealed.toString('latin1') }),
		decryptionKeys: await readPrivateKey({ armoredKey: custodian.privateKey }),
	});
	return String(data);
}

/** The same message, encrypted to another key. */
export async function encryptTo(custodian: CustodianWithKey, text: string): Promise<Buffer> {
	const sealed = await encrypt({
		message: await createMessage({ text }),
		encryptionKeys: await readKey({ binaryKey: Buffer.from(custodian.key.publicKey, 'base64') }),
		format: 'binary',
	});
	return Buffer.from(sealed);
}

/** An operator who agrees to everything, and whose custodians decrypt their messages. */
export function createTestOperator(
	custodians: readonly CustodianWithKey[],
	asked: Prompt[],
	answer?: (prompt: Prompt) => PromptReply | undefined,
): OperatorPrompter {
	return {
		async prompt(prompt): Promise<PromptReply> {
			asked.push(prompt);
			const special = answer?.(prompt);
			if (special !== undefined) return special;
			if (prompt.kind === 'agree' || prompt.kind === 'next-person') return { kind: 'agreed' };
			if (prompt.kind !== 'give-share') return { kind: 'not-now' };
			const who = custodians.find(({ name }) => name === prompt.custodian);
			if (who === undefined || prompt.message === undefined) return { kind: 'not-now' };
			const share = await decryptMessage(who, readFileSync(prompt.message.file));
			return { kind: 'secret', secret: new SecretBytes(Buffer.from(share)) };
		},
	};
}

/** Custodians as files, for another process. */
export function writeCustodians(folder: string, custodians: readonly CustodianWithKey[]): void {
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'people.json'), JSON.stringify(custodians));
}

export function readCustodians(folder: string): CustodianWithKey[] {
	return JSON.parse(readFileSync(join(folder, 'people.json'), 'utf8')) as CustodianWithKey[];
}
