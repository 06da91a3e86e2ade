import type { Vault } from './http-vault.ts';
import type { RekeyStatus, SealStatus } from './parse-json-response.ts';
import type { RekeyRequest } from './rekey-preconditions.ts';

type GateReason =
	| 'uninitialized'
	| 'sealed'
	| 'auto-unseal'
	| 'recovery-seal'
	| 'migration'
	| 'standby'
	| 'foreign-rekey';

/** Whether a rekey can proceed, and who started the one in progress. */
type RekeyGate =
	| {
			open: true;
			seal: SealStatus;
			rekey: RekeyStatus;
			/** No rekey is in progress, or it is recorded as ours, or it matches our unanswered request. */
			underWay: 'none' | 'ours' | 'adopted';
	  }
	| {
			open: false;
			reason: GateReason;
			/** What was found. */
			what: string;
			/** What it means for a rekey. */
			means: string;
			/** Next steps, the most likely first. */
			next: readonly string[];
	  };

/** The rekeys that this session has recorded. */
export interface RecordedRekeys {
	nonces: readonly string[];
	/** Sent without a response: a rekey with these fingerprints, in this order, is adopted. */
	pending?: Pick<RekeyRequest, 'shares' | 'threshold' | 'verify'> & {
		fingerprints: readonly string[];
	};
}

/**
 * Checks with read-only requests whether this Vault can be rekeyed. Auto-unseal, a recovery seal, a
 * seal migration, a standby, a sealed or uninitialized Vault and a foreign rekey close the gate, each
 * with its reason.
 *
 * @throws VaultError when Vault cannot be queried.
 */
export async function checkRekeyGate(vault: Vault, recorded: RecordedRekeys): Promise<RekeyGate> {
	const seal = await vault.sealStatus();
	const { verify } = vault.features;
	// `vault operator` came with 0.9.2. A sealed Vault does not show what it supports.
	const old = !verify && !seal.sealed;
	const command = old ? 'vault' : 'vault operator';
	const closed = checkSealStatus(seal, command);
	if (closed !== undefined) return closed;
	const leader = await vault.leadership();
	if (!leader.isSelf) {
		const where = leader.leaderAddress === '' ? 'another node' : leader.leaderAddress;
		return {
			open: false,
			reason: 'standby',
			what: `This node is a standby; ${where} is active.`,
			means: 'A standby forwards the keys to whatever address the active node advertises.',
			next: ['vault status', 'Rerun the command against the active node.'],
		};
	}
	const rekey = await vault.rekeyStatus();
	if (!rekey.started) return { open: true, seal, rekey, underWay: 'none' };
	if (rekey.nonce !== '' && recorded.nonces.includes(rekey.nonce)) {
		return { open: true, seal, rekey, underWay: 'ours' };
	}
	if (matchesPendingStart(rekey, recorded)) return { open: true, seal, rekey, underWay: 'adopted' };
	const prints = rekey.fingerprints.length === 0 ? ['none'] : rekey.fingerprints;
	return {
		open: false,
		reason: 'foreign-rekey',
		what: `Another rekey is in progress: nonce ${rekey.nonce}, ${rekey.shares} key shares with a threshold of ${rekey.threshold}, ${rekey.progress} of ${rekey.required} current key shares submitted, PGP keys ${prints.join(' ')}.`,
		means:
			'It was started by another user, or by an earlier run that is not recorded in this session.',
		next: [
			'Find out who started it, and ask them to finish or cancel it.',
			`Only if it is not needed: ${command} rekey -cancel -nonce=${rekey.nonce}`,
		],
	};
}

/** What the seal status says against a rekey; undefined when nothing does. */
function checkSealStatus(seal: SealStatus, command: string): RekeyGate | undefined {
	if (!seal.initialized) {
		return {
			open: false,
			reason: 'uninitialized',
			what: 'This Vault is not initialized.',
			means: 'It has no keys yet, or its storage was not restored.',
			next: [
				'sudo journalctl -u vault',
				'Wait until the installation is running, then rerun the command.',
			],
		};
	}
	if (seal.migration) {
		return {
			open: false,
			reason: 'migration',
			what: 'A seal migration is in progress.',
			means: 'The keys are already changing; a rekey now could invalidate all of them.',
			next: [`Finish the migration: ${command} unseal -migrate`, 'vault status'],
		};
	}
	// 0.8 does not report the type, and has no auto-unseal.
	if (seal.type !== '' && seal.type !== 'shamir') {
		return {
			open: false,
			reason: 'auto-unseal',
			what: `This Vault uses auto-unseal (seal type ${seal.type}).`,
			means: 'It has no unseal keys, only recovery keys, which cannot unseal Vault.',
			next: [
				'No rekey of unseal keys is needed.',
				`For new recovery keys: ${command} rekey -target=recovery`,
			],
		};
	}
	if (seal.recoverySeal) {
		return {
			open: false,
			reason: 'recovery-seal',
			what: 'This Vault has a recovery seal.',
			means: 'Its shares are recovery keys, which authorize operations but cannot unseal Vault.',
			next: [`For new recovery keys: ${command} rekey -target=recovery`],
		};
	}
	if (seal.sealed) {
		return {
			open: false,
			reason: 'sealed',
			what: `This Vault is sealed (${seal.progress} of ${seal.threshold} key shares submitted).`,
			means: 'Vault can be rekeyed only while it is unsealed.',
			next: [`${command} unseal`, 'Then rerun the command.'],
		};
	}
	return undefined;
}

/** Whether the rekey matches an unanswered start request and is untouched. */
function matchesPendingStart(rekey: RekeyStatus, { pending }: RecordedRekeys): boolean {
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
