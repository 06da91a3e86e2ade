import { SecretBytes } from '../../engine/secret-bytes.ts';
import { quoteShellWord } from '../../engine/shell-quote.ts';
import {
	checkShareConsistency,
	computeCheckDigits,
	formatShareAsBase64,
	parseKeyShare,
} from '../key-shares.ts';
import { decryptShare } from '../pgp/decrypt-share.ts';
import { createExternalError, createRefusedError } from './ceremony-errors.ts';
import { getOrPromptPassphrase } from './ceremony-passphrase.ts';
import type { CeremonyEvent } from './ceremony-ports.ts';
import type { PromptContent } from './ceremony-prompt-types.ts';
import type { CeremonyCustodian } from './ceremony-record.ts';
import type { CeremonyStage, CeremonyState } from './ceremony-state.ts';
import { cancelOwnRekey } from './verify-by-dry-run.ts';

const MAX_ATTEMPTS = 3;

/**
 * Hands each share to its custodian and asks for it back once, to confirm that it arrived. All
 * shares must belong to one key. They stay in memory until the ceremony completes or stops.
 */
export async function* handOutAndCollectShares(
	ceremony: CeremonyState,
	stage: CeremonyStage,
): AsyncGenerator<CeremonyEvent> {
	const { custodians, kept, threshold } = ceremony.record;
	const { operator, storage } = ceremony.ports;
	const { decrypt, resume } = ceremony.options;
	if (operator === undefined && decrypt === undefined)
		throw createRefusedError(
			'The new key shares are stored encrypted, but verifying them requires the key holders.',
			{
				safe: ceremony.safetyNotice.safe,
				next: [
					`at a terminal, with the key holders: ${resume}`,
					...kept.map(({ custodian, name }) => `for ${custodian}: ${storage.path(name)}`),
				],
			},
			'a terminal, or rekey.custodians.open_with in the answers',
		);
	for (const [index, custodian] of custodians.entries()) {
		const { name } = custodian;
		if (ceremony.submittedShares.has(name) || ceremony.record.missing.includes(name)) continue;
		ceremony.pause();
		const share =
			decrypt === undefined
				? await collectShare({ ceremony, stage, custodian }, index + 1)
				: await decryptShareUnattended(ceremony, name, decrypt);
		if (share === undefined) {
			yield* continueWithoutShare(ceremony, name);
			continue;
		}
		ceremony.submittedShares.set(name, share);
		const { received } = ceremony.record;
		if (!received.includes(name)) await ceremony.update({ received: [...received, name] });
		yield { kind: 'note', text: `${name} confirmed their key share` };
	}
	const shares = custodians.flatMap(({ name }) => ceremony.submittedShares.get(name) ?? []);
	const verdict = await checkShareConsistency(shares, threshold);
	if (verdict.ok) return;
	ceremony.wipe();
	throw await abortHandOutAndCreateError(ceremony, `The key shares do not match. ${verdict.why}`);
}

async function decryptShareUnattended(
	ceremony: CeremonyState,
	name: string,
	decrypt: (custodian: string, file: string) => Promise<SecretBytes>,
): Promise<SecretBytes> {
	const kept = ceremony.record.kept.find(({ custodian }) => custodian === name);
	if (kept === undefined)
		throw await abortHandOutAndCreateError(ceremony, `The key share of ${name} is not stored.`);
	const text = await decrypt(name, ceremony.ports.storage.path(kept.name));
	const share = text.use(parseKeyShare);
	text.wipe();
	if (share instanceof SecretBytes) return share;
	throw await abortHandOutAndCreateError(
		ceremony,
		`The decrypted text for ${name} is not a key share: ${share.what}`,
	);
}

/** A committed share is lost: enough others unseal Vault, so the rekey is completed without it. */
async function* continueWithoutShare(
	ceremony: CeremonyState,
	name: string,
): AsyncGenerator<CeremonyEvent> {
	const { missing, custodians, threshold } = ceremony.record;
	const left = custodians.length - missing.length - 1;
	if (left < threshold)
		throw await abortHandOutAndCreateError(
			ceremony,
			`Without ${name}, only ${left} of the required ${threshold} key shares are left.`,
		);
	await ceremony.update({ missing: [...missing, name] });
	yield {
		kind: 'warning',
		text: `continuing without the key share of ${name}, which is not verified; rekey to new key holders soon`,
	};
}

/** The hand-out failed. Shares that are not committed are dropped; the current key stays valid. */
export async function abortHandOutAndCreateError(ceremony: CeremonyState, message: string) {
	const { committedAt, committingAt, rekey, threshold } = ceremony.record;
	const { safe, next } = ceremony.safetyNotice;
	if (committedAt === undefined && rekey?.verify !== false) {
		// Only these shares can complete a half-written commit, so the rekey stays open.
		if (committingAt !== undefined)
			return createExternalError(message, {
				safe,
				next: [
					`with all key shares at hand: ${next.join(', ')}`,
					`if they are lost for good: ${ceremony.command} rekey -cancel -nonce=${rekey?.nonce ?? ''}, then the same command. It tries the old unseal key; if a write in Vault failed (journalctl -u vault), Vault may be lost`,
				],
			});
		await cancelOwnRekey(ceremony);
		// Their files are void and must not be mistaken for current shares.
		await ceremony.update({ kept: [], received: [] });
		return ceremony.createExternalError(`${message} The new key shares were dropped.`);
	}
	return createExternalError(message, {
		safe,
		next: [
			...next,
			`${threshold} key shares unseal Vault: if one is lost for good, run the same command at a terminal to continue without it`,
		],
	});
}

/** One custodian at the terminal. */
interface Turn {
	ceremony: CeremonyState;
	stage: CeremonyStage;
	custodian: CeremonyCustodian;
}

/**
 * Prompts one custodian at the terminal: reveals their share if it was wrapped here, then asks for it.
 *
 * @returns undefined when the rekey is committed and the operator decided to continue without this
 * share.
 */
async function collectShare(turn: Turn, number: number): Promise<SecretBytes | undefined> {
	const { ceremony, stage, custodian } = turn;
	const { name, wrapped } = custodian;
	const { custodians, received, wrapKeys } = ceremony.record;
	const confirmed = received.includes(name);
	await ceremony.requireAgreement(
		stage,
		{
			kind: 'next-person',
			custodian: name,
			number,
			of: custodians.length,
			words: wrapped
				? confirmed
					? ['Type your key share from your notes.']
					: ['Your key share is shown when you are ready.', 'Write it down, then type it.']
				: ['Decrypt your key share with your own key, and type or paste it here.'],
		},
		name,
	);
	// Once the rekey is complete the wrapping keys are deleted: nothing is left to compare or reveal.
	const known = wrapKeys.some((one) => one.custodian === name);
	const revealed =
		wrapped && (known || !confirmed) ? await decryptWrappedShare(ceremony, name) : undefined;
	try {
		if (revealed !== undefined && !confirmed) await revealShare(turn, revealed);
		for (;;) {
			const share = await promptForShare(turn, revealed);
			if (share !== undefined) return share;
			const choice = await promptForDecision(turn, revealed !== undefined);
			if (choice === 'show' && revealed !== undefined) await revealShare(turn, revealed);
			else if (choice === 'without' && (await confirmContinueWithout(turn))) return undefined;
			else if (choice === 'stop')
				throw await abortHandOutAndCreateError(
					ceremony,
					`${name} could not enter their key share.`,
				);
		}
	} finally {
		revealed?.wipe();
	}
}

async function revealShare({ ceremony, stage, custodian: { name } }: Turn, share: SecretBytes) {
	const text = new SecretBytes(formatShareAsBase64(share));
	const checkDigits = computeCheckDigits(share);
	try {
		await ceremony.requireAgreement(
			stage,
			{ kind: 'reveal', custodian: name, share: text, checkDigits, seconds: 120 },
			name,
		);
	} finally {
		text.wipe();
	}
}

/** Asks until the input is a valid share, and the revealed one if there was one; undefined if never. */
async function promptForShare(
	{ ceremony, stage, custodian: { name, wrapped } }: Turn,
	revealed: SecretBytes | undefined,
): Promise<SecretBytes | undefined> {
	const kept = ceremony.record.kept.find(({ custodian }) => custodian === name);
	const file = kept && ceremony.ports.storage.path(kept.name);
	let problem: string | undefined;
	for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
		const reply = await ceremony.ask(
			stage,
			{
				kind: 'give-share',
				custodian: name,
				words: wrapped
					? ['Type the whole key share from your notes.']
					: ['Type or paste the decrypted key share: 66 hexadecimal digits.'],
				...(wrapped || file === undefined
					? {}
					: {
							message: {
								file,
								command:
									ceremony.options.openCommand?.(name, file) ??
									`gpg --decrypt --quiet ${quoteShellWord(file)}`,
							},
						}),
				...(problem === undefined ? {} : { problem }),
				attempt,
				attempts: MAX_ATTEMPTS,
			},
			name,
		);
		if (reply.kind !== 'secret') throw ceremony.createPausedError();
		const share = reply.secret.use(parseKeyShare);
		reply.secret.wipe();
		if (!(share instanceof SecretBytes)) {
			problem = share.what;
			continue;
		}
		problem = findShareProblem(ceremony, share, revealed);
		if (problem === undefined) return share;
		share.wipe();
	}
	return undefined;
}

function findShareProblem(
	ceremony: CeremonyState,
	share: SecretBytes,
	revealed: SecretBytes | undefined,
): string | undefined {
	if (revealed !== undefined && !share.equals(revealed))
		return 'This is not the key share that was shown. Compare it and type it again.';
	if ([...ceremony.submittedShares.values()].some((other) => other.equals(share)))
		return 'This key share was already entered by another key holder.';
	return undefined;
}

/** Asks how to continue; the first choice changes nothing. */
async function promptForDecision(
	{ ceremony, stage, custodian: { name } }: Turn,
	canReveal: boolean,
): Promise<string> {
	const committed = ceremony.record.committedAt !== undefined;
	const committing = ceremony.record.committingAt !== undefined;
	const prompt: PromptContent = {
		kind: 'decide',
		title: `${name} could not enter their key share`,
		words: [
			committed
				? 'The rekey is committed. Nothing is lost yet.'
				: 'The rekey is not committed yet. Nothing is lost.',
		],
		choices: [
			{ value: 'again', label: 'Retry' },
			...(canReveal
				? [{ value: 'show', label: 'Show the key share again', hint: `only to ${name}` }]
				: []),
			...(committed
				? [
						{
							value: 'without',
							label: 'Continue without it',
							hint: 'if it is lost for good; enough others are left',
						},
					]
				: []),
			{
				value: 'stop',
				label: 'Stop',
				hint:
					committed || committing
						? 'resume later'
						: 'drops the new key shares; the current key stays',
			},
		],
	};
	const reply = await ceremony.ask(stage, prompt, name);
	if (reply.kind !== 'chosen') throw ceremony.createPausedError();
	return reply.value;
}

async function confirmContinueWithout({
	ceremony,
	stage,
	custodian: { name },
}: Turn): Promise<boolean> {
	const { threshold, custodians, missing } = ceremony.record;
	const left = custodians.length - missing.length - 1;
	const prompt = ceremony.createConfirmation({
		title: `Continue without the key share of ${name}`,
		will: [
			`${left} of the ${custodians.length} key shares are left, and ${threshold} unseal Vault. Only these are verified; the key share of ${name} is treated as lost.`,
			'The old key is removed and the second backup is created without it.',
			'Afterwards the remaining key holders should rekey Vault to new key holders.',
		],
		warnings: left === threshold ? ['After this, no further key share may be lost.'] : [],
		yes: 'continue without it',
		no: 'back',
	});
	return (await ceremony.ask(stage, prompt, name)).kind === 'agreed';
}

/** Decrypts a wrapped share for its custodian. */
async function decryptWrappedShare(ceremony: CeremonyState, name: string): Promise<SecretBytes> {
	const { storage } = ceremony.ports;
	const message = ceremony.record.kept.find(({ custodian }) => custodian === name);
	const wrap = ceremony.record.wrapKeys.find(({ custodian }) => custodian === name);
	if (message === undefined || wrap === undefined)
		throw ceremony.createExternalError(
			`The key share of ${name} or its wrapping key is missing from the record.`,
		);
	const bytes = await storage.read(message.name, message.sha256);
	const privateKey = (await storage.read(wrap.name, wrap.sha256)).toString('utf8');
	let problem: string | undefined;
	for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
		const passphrase = await getOrPromptPassphrase(ceremony, problem);
		try {
			return await decryptShare(bytes, privateKey, passphrase);
		} catch (thrown) {
			problem = thrown instanceof Error ? thrown.message : String(thrown);
		}
	}
	throw ceremony.createExternalError(`Could not decrypt the key share of ${name}.`);
}
