import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { quoteShellWord } from '../../engine/shell-quote.ts';
import { createExternalError, createRefusedError } from './ceremony-errors.ts';
import { getPassphrase } from './ceremony-passphrase.ts';
import type { CeremonyEvent } from './ceremony-ports.ts';
import type { CeremonyCustodian } from './ceremony-record.ts';
import type { CeremonyStage, CeremonyState } from './ceremony-state.ts';
import { cancelOwnRekey } from './dry-run.ts';

/**
 * Hands each share to its custodian and asks for it back once, to confirm that it arrived. All
 * shares must belong to one key. They stay in memory until the ceremony completes or stops.
 */
export async function* handOutShares(
	ceremony: CeremonyState,
	stage: CeremonyStage,
): AsyncGenerator<CeremonyEvent> {
	const { custodians, kept } = ceremony.record;
	if (ceremony.ports.operator === undefined && ceremony.options.decrypt === undefined)
		throw createRefusedError(
			'The new key shares are stored encrypted, but verifying them requires the key holders.',
			{
				safe: ceremony.safetyNotice.safe,
				next: [
					`at a terminal, with the key holders: ${ceremony.options.resume}`,
					...kept.map(
						({ custodian, name }) => `for ${custodian}: ${ceremony.ports.storage.path(name)}`,
					),
				],
			},
			'a terminal, or rekey.custodians.open_with in the answers',
		);
	for (const [index, custodian] of custodians.entries()) {
		if (
			ceremony.submittedShares.has(custodian.name) ||
			ceremony.record.missing.includes(custodian.name)
		)
			continue;
		ceremony.pause();
		const share =
			ceremony.options.decrypt === undefined
				? await collectShare(ceremony, stage, custodian, index + 1)
				: await decryptShareUnattended(ceremony, custodian);
		if (share === 'not-given')
			throw await createHandOutError(
				ceremony,
				`${custodian.name} could not enter their key share.`,
			);
		if (share === 'without') {
			yield* continueWithoutShare(ceremony, custodian.name);
			continue;
		}
		ceremony.submittedShares.set(custodian.name, share);
		const { received } = ceremony.record;
		if (!received.includes(custodian.name))
			await ceremony.update({ received: [...received, custodian.name] });
		yield { kind: 'note', text: `${custodian.name} confirmed their key share` };
	}
	const shares = custodians.flatMap(({ name }) => ceremony.submittedShares.get(name) ?? []);
	const verdict = await ceremony.ports.keys.checkShareConsistency(
		shares,
		ceremony.record.threshold,
	);
	if (verdict.ok) return;
	ceremony.wipe();
	throw await createHandOutError(ceremony, `The key shares do not match. ${verdict.why}`);
}

async function decryptShareUnattended(
	ceremony: CeremonyState,
	custodian: CeremonyCustodian,
): Promise<SecretBytes> {
	const { keys, storage: keeping } = ceremony.ports;
	const kept = ceremony.record.kept.find((one) => one.custodian === custodian.name);
	if (kept === undefined || ceremony.options.decrypt === undefined)
		throw await createHandOutError(ceremony, `The key share of ${custodian.name} is not stored.`);
	const text = await ceremony.options.decrypt(custodian.name, keeping.path(kept.name));
	const parsed = keys.parseShare(text);
	text.wipe();
	if ('share' in parsed) return parsed.share;
	throw await createHandOutError(
		ceremony,
		`The decrypted text for ${custodian.name} is not a key share: ${parsed.problem}`,
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
		throw await createHandOutError(
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
export async function createHandOutError(ceremony: CeremonyState, message: string) {
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
		return createExternalError(
			`${message} The new key shares were dropped.`,
			ceremony.safetyNotice,
		);
	}
	return createExternalError(message, {
		safe,
		next: [
			...next,
			`${threshold} key shares unseal Vault: if one is lost for good, run the same command at a terminal to continue without it`,
		],
	});
}

const MAX_ATTEMPTS = 3;

/**
 * Prompts one custodian at the terminal: reveals their share if it was wrapped here, then asks for it.
 *
 * @returns `not-given` when the share could not be entered, `without` when the rekey is committed and
 * the operator decided to continue without this share.
 */
async function collectShare(
	ceremony: CeremonyState,
	stage: CeremonyStage,
	custodian: CeremonyCustodian,
	number: number,
): Promise<SecretBytes | 'not-given' | 'without'> {
	const { name, wrapped } = custodian;
	await ceremony.requireAgreement({
		kind: 'next-person',
		step: ceremony.options.step,
		ceremony: ceremony.view(stage, name),
		custodian: name,
		number,
		of: ceremony.record.custodians.length,
		words: wrapped
			? ceremony.record.received.includes(name)
				? ['Type your key share from your notes.']
				: ['Your key share is shown when you are ready.', 'Write it down, then type it.']
			: ['Decrypt your key share with your own key, and type or paste it here.'],
	});
	// Once the rekey is complete the wrapping keys are deleted: nothing is left to compare or reveal.
	const known = ceremony.record.wrapKeys.some((one) => one.custodian === name);
	const revealed =
		wrapped && (known || !ceremony.record.received.includes(name))
			? await decryptWrappedShare(ceremony, custodian)
			: undefined;
	try {
		if (revealed !== undefined && !ceremony.record.received.includes(name))
			await revealShare(ceremony, stage, name, revealed);
		for (;;) {
			const share = await promptForShare(ceremony, stage, custodian, revealed);
			if (share !== undefined) return share;
			const wish = await promptForDecision(ceremony, stage, name, revealed !== undefined);
			if (wish === 'show' && revealed !== undefined)
				await revealShare(ceremony, stage, name, revealed);
			else if (wish === 'without' && (await confirmContinueWithout(ceremony, stage, name)))
				return 'without';
			else if (wish === 'stop') return 'not-given';
		}
	} finally {
		revealed?.wipe();
	}
}

async function revealShare(
	ceremony: CeremonyState,
	stage: CeremonyStage,
	name: string,
	share: SecretBytes,
) {
	const { keys } = ceremony.ports;
	const text = keys.formatShare(share);
	try {
		await ceremony.requireAgreement({
			kind: 'reveal',
			step: ceremony.options.step,
			ceremony: ceremony.view(stage, name),
			custodian: name,
			share: text,
			checkDigits: keys.checkDigits(share),
			seconds: 120,
		});
	} finally {
		text.wipe();
	}
}

/** Asks until the input is a valid share, and the revealed one if there was one; undefined if never. */
async function promptForShare(
	ceremony: CeremonyState,
	stage: CeremonyStage,
	custodian: CeremonyCustodian,
	revealed: SecretBytes | undefined,
): Promise<SecretBytes | undefined> {
	const { keys, storage: keeping } = ceremony.ports;
	const file = ceremony.record.kept.find((one) => one.custodian === custodian.name);
	let problem: string | undefined;
	for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
		const reply = await ceremony.ask({
			kind: 'give-share',
			step: ceremony.options.step,
			ceremony: ceremony.view(stage, custodian.name),
			custodian: custodian.name,
			words: custodian.wrapped
				? ['Type the whole key share from your notes.']
				: ['Type or paste the decrypted key share: 66 hexadecimal digits.'],
			...(custodian.wrapped || file === undefined
				? {}
				: {
						message: {
							file: keeping.path(file.name),
							command:
								ceremony.options.openCommand?.(custodian.name, keeping.path(file.name)) ??
								`gpg --decrypt --quiet ${quoteShellWord(keeping.path(file.name))}`,
						},
					}),
			...(problem === undefined ? {} : { problem }),
			attempt,
			attempts: MAX_ATTEMPTS,
		});
		if (reply.kind !== 'secret') throw ceremony.createPausedError();
		const parsed = keys.parseShare(reply.secret);
		reply.secret.wipe();
		if ('problem' in parsed) {
			problem = parsed.problem;
			continue;
		}
		problem = findShareProblem(ceremony, parsed.share, revealed);
		if (problem === undefined) return parsed.share;
		parsed.share.wipe();
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
	ceremony: CeremonyState,
	stage: CeremonyStage,
	name: string,
	canReveal: boolean,
): Promise<string> {
	const counts = ceremony.record.committedAt !== undefined;
	const waits = ceremony.record.committingAt !== undefined;
	const reply = await ceremony.ask({
		kind: 'decide',
		step: ceremony.options.step,
		ceremony: ceremony.view(stage, name),
		title: `${name} could not enter their key share`,
		words: [
			counts
				? 'The rekey is committed. Nothing is lost yet.'
				: 'The rekey is not committed yet. Nothing is lost.',
		],
		choices: [
			{ value: 'again', label: 'Retry' },
			...(canReveal
				? [{ value: 'show', label: 'Show the key share again', hint: `only to ${name}` }]
				: []),
			...(counts
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
				hint: counts || waits ? 'resume later' : 'drops the new key shares; the current key stays',
			},
		],
	});
	if (reply.kind !== 'chosen') throw ceremony.createPausedError();
	return reply.value;
}

async function confirmContinueWithout(
	ceremony: CeremonyState,
	stage: CeremonyStage,
	name: string,
): Promise<boolean> {
	const { threshold, custodians, missing } = ceremony.record;
	const left = custodians.length - missing.length - 1;
	const reply = await ceremony.ask({
		kind: 'agree',
		step: ceremony.options.step,
		ceremony: ceremony.view(stage, name),
		title: `Continue without the key share of ${name}`,
		will: [
			`${left} of the ${custodians.length} key shares are left, and ${threshold} unseal Vault. Only these are verified; the key share of ${name} is treated as lost.`,
			'The old key is removed and the second backup is created without it.',
			'Afterwards the remaining key holders should rekey Vault to new key holders.',
		],
		check: [],
		warnings: left === threshold ? ['After this, no further key share may be lost.'] : [],
		type: ceremony.options.name,
		yes: 'continue without it',
		no: 'back',
	});
	return reply.kind === 'agreed';
}

/** Decrypts a wrapped share for its custodian. */
async function decryptWrappedShare(
	ceremony: CeremonyState,
	custodian: CeremonyCustodian,
): Promise<SecretBytes> {
	const { keys, storage: keeping } = ceremony.ports;
	const { name } = custodian;
	const message = ceremony.record.kept.find((one) => one.custodian === name);
	const wrap = ceremony.record.wrapKeys.find((one) => one.custodian === name);
	if (message === undefined || wrap === undefined)
		throw createExternalError(
			`The key share of ${name} or its wrapping key is missing from the record.`,
			ceremony.safetyNotice,
		);
	const bytes = await keeping.read(message.name, message.sha256);
	const privateKey = await keeping.read(wrap.name, wrap.sha256);
	let problem: string | undefined;
	for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
		const passphrase = await getPassphrase(ceremony, problem);
		try {
			return await keys.decryptShare(bytes, privateKey, passphrase);
		} catch (thrown) {
			problem = thrown instanceof Error ? thrown.message : String(thrown);
		}
	}
	throw createExternalError(`Could not decrypt the key share of ${name}.`, ceremony.safetyNotice);
}
