import type { VaultClient } from './http-vault.ts';
import type { RekeyStatus, SealStatus } from './parse-json-response.ts';

/** Why a Vault cannot be rekeyed. */
interface RekeyObstacle {
	reason:
		| 'uninitialized'
		| 'sealed'
		| 'auto-unseal'
		| 'recovery-seal'
		| 'migration'
		| 'standby'
		| 'foreign-rekey';
	/** What was found. */
	what: string;
	/** What it means for a rekey. */
	means: string;
	/** Next steps, the most likely first. */
	next: readonly string[];
}

/**
 * Finds out with read-only requests why this Vault cannot be rekeyed: auto-unseal, a recovery seal, a
 * seal migration, a standby, a sealed or uninitialized Vault, or a foreign rekey. Undefined when it can.
 *
 * @param isOurs Whether the rekey in progress is one of this session.
 * @throws VaultError when Vault cannot be queried.
 */
export async function findRekeyObstacle(
	vault: VaultClient,
	isOurs: (rekey: RekeyStatus) => boolean,
): Promise<RekeyObstacle | undefined> {
	const seal = await vault.sealStatus();
	const { verify } = vault.features;
	// `vault operator` came with 0.9.2. A sealed Vault does not show what it supports.
	const old = !verify && !seal.sealed;
	const command = old ? 'vault' : 'vault operator';
	const obstacle = findSealObstacle(seal, command);
	if (obstacle !== undefined) return obstacle;
	const leader = await vault.leadership();
	if (!leader.isSelf) {
		const where = leader.leaderAddress === '' ? 'another node' : leader.leaderAddress;
		return {
			reason: 'standby',
			what: `This node is a standby; ${where} is active.`,
			means: 'A standby forwards the keys to whatever address the active node advertises.',
			next: ['vault status', 'Rerun the command against the active node.'],
		};
	}
	const rekey = await vault.rekeyStatus();
	if (!rekey.started || isOurs(rekey)) return undefined;
	const prints = rekey.fingerprints.length === 0 ? ['none'] : rekey.fingerprints;
	return {
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
function findSealObstacle(seal: SealStatus, command: string): RekeyObstacle | undefined {
	if (!seal.initialized) {
		return {
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
			reason: 'migration',
			what: 'A seal migration is in progress.',
			means: 'The keys are already changing; a rekey now could invalidate all of them.',
			next: [`Finish the migration: ${command} unseal -migrate`, 'vault status'],
		};
	}
	// 0.8 does not report the type, and has no auto-unseal.
	if (seal.type !== '' && seal.type !== 'shamir') {
		return {
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
			reason: 'recovery-seal',
			what: 'This Vault has a recovery seal.',
			means: 'Its shares are recovery keys, which authorize operations but cannot unseal Vault.',
			next: [`For new recovery keys: ${command} rekey -target=recovery`],
		};
	}
	if (seal.sealed) {
		return {
			reason: 'sealed',
			what: `This Vault is sealed (${seal.progress} of ${seal.threshold} key shares submitted).`,
			means: 'Vault can be rekeyed only while it is unsealed.',
			next: [`${command} unseal`, 'Then rerun the command.'],
		};
	}
	return undefined;
}
