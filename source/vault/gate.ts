import type { RekeyRequest, RekeyStatus, SealStatus, Vault } from './contract.ts';

export type GateReason =
	| 'uninitialized'
	| 'sealed'
	| 'auto-unseal'
	| 'recovery-seal'
	| 'migration'
	| 'standby'
	| 'foreign-rekey';

/** Whether a rekey may go on here, and whose the one under way is. */
export type Gate =
	| {
			open: true;
			seal: SealStatus;
			rekey: RekeyStatus;
			/** Nothing is under way, or it is in our journal, or it is what we asked for last. */
			underWay: 'none' | 'ours' | 'adopted';
	  }
	| {
			open: false;
			reason: GateReason;
			/** What was found. */
			what: string;
			/** What that means for a rekey. */
			means: string;
			/** Commands or sentences that lead on, the likeliest first. */
			next: readonly string[];
	  };

/** What our journal knows of rekeys we have started. */
export interface OurRekeys {
	nonces: readonly string[];
	/** Sent, and its answer lost: with these fingerprints, in this order, it is taken as ours. */
	pending?: Pick<RekeyRequest, 'shares' | 'threshold' | 'verify'> & {
		fingerprints: readonly string[];
	};
}

/**
 * Looks whether this Vault may be rekeyed, with requests that change nothing. Auto-unseal, a
 * recovery seal, a migration, a standby, a sealed or uninitialized Vault and somebody else's rekey
 * all end here, with the reason.
 *
 * @throws VaultError when Vault cannot be asked.
 */
export async function gateRekey(vault: Vault, ours: OurRekeys): Promise<Gate> {
	const seal = await vault.sealStatus();
	const { family, verify } = vault.abilities;
	// `operator` came with 0.9.2. What a sealed one can do is not known.
	const old = family === 'legacy-command' || (!verify && !seal.sealed);
	const command = old ? 'vault' : 'vault operator';
	const closed = sealGate(seal, command);
	if (closed !== undefined) return closed;
	const leader = await vault.leadership();
	if (!leader.isSelf) {
		const where = leader.leaderAddress === '' ? 'another one' : leader.leaderAddress;
		return {
			open: false,
			reason: 'standby',
			what: `This node is a standby; ${where} is active.`,
			means: 'It would send the keys on to whatever address the active node advertises.',
			next: ['vault status', 'Run the same command again against the active node.'],
		};
	}
	const rekey = await vault.rekeyStatus();
	if (!rekey.started) return { open: true, seal, rekey, underWay: 'none' };
	if (rekey.nonce !== '' && ours.nonces.includes(rekey.nonce)) {
		return { open: true, seal, rekey, underWay: 'ours' };
	}
	if (isPending(rekey, ours)) return { open: true, seal, rekey, underWay: 'adopted' };
	const prints = rekey.fingerprints.length === 0 ? ['none'] : rekey.fingerprints;
	return {
		open: false,
		reason: 'foreign-rekey',
		what: `A rekey that is not ours is under way: nonce ${rekey.nonce}, ${rekey.shares} shares with a threshold of ${rekey.threshold}, ${rekey.progress} of ${rekey.required} current shares given, PGP keys ${prints.join(' ')}.`,
		means: 'Somebody else has started it, or an earlier run whose journal is not here.',
		next: [
			'Find out who has started it, and let them finish or cancel it.',
			`Only when nobody needs it: ${command} rekey -cancel -nonce=${rekey.nonce}`,
		],
	};
}

/** What the seal alone says against it; undefined when nothing does. */
function sealGate(seal: SealStatus, command: string): Gate | undefined {
	if (!seal.initialized) {
		return {
			open: false,
			reason: 'uninitialized',
			what: 'This Vault is not initialized.',
			means: 'It has no keys yet, or its storage was not restored.',
			next: ['sudo journalctl -u vault', 'Wait until the installation is up, then run it again.'],
		};
	}
	if (seal.migration) {
		return {
			open: false,
			reason: 'migration',
			what: 'A seal migration is under way.',
			means: 'The keys change hands already; a rekey in between could leave none that works.',
			next: [`Finish the migration: ${command} unseal -migrate`, 'vault status'],
		};
	}
	// 0.8 does not say its type, and has no auto-unseal.
	if (seal.type !== '' && seal.type !== 'shamir') {
		return {
			open: false,
			reason: 'auto-unseal',
			what: `This Vault is opened by itself (seal type ${seal.type}).`,
			means: 'A rekey of it hands out no shares; there are only recovery keys, which open nothing.',
			next: [
				'Nothing needs to be done here for unseal keys.',
				`For new recovery keys: ${command} rekey -target=recovery`,
			],
		};
	}
	if (seal.recoverySeal) {
		return {
			open: false,
			reason: 'recovery-seal',
			what: 'This Vault has a recovery seal.',
			means: 'Its shares are recovery keys: they allow things, and open nothing.',
			next: [`For new recovery keys: ${command} rekey -target=recovery`],
		};
	}
	if (seal.sealed) {
		return {
			open: false,
			reason: 'sealed',
			what: `This Vault is sealed (${seal.progress} of ${seal.threshold} shares given).`,
			means: 'It can be rekeyed only while it is open.',
			next: [`${command} unseal`, 'Then run the same command again.'],
		};
	}
	return undefined;
}

/** A start whose answer was lost: what is under way is what was asked for, and untouched. */
function isPending(rekey: RekeyStatus, { pending }: OurRekeys): boolean {
	if (pending === undefined || pending.fingerprints.length === 0) return false;
	return (
		rekey.backup &&
		rekey.verificationRequired === pending.verify &&
		rekey.progress === 0 &&
		rekey.verificationNonce === '' &&
		rekey.shares === pending.shares &&
		rekey.threshold === pending.threshold &&
		rekey.fingerprints.join(' ') === pending.fingerprints.join(' ').toLowerCase()
	);
}
