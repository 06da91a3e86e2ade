import { WizardError } from '../../engine/errors.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { RekeyRequest, RekeyStatus } from '../vault-types.ts';
import { createPostponedError, type SafetyNotice } from './ceremony-errors.ts';
import type { CeremonyOptions, CeremonyPorts } from './ceremony-ports.ts';
import type { CeremonyProgress, Prompt, PromptReply } from './ceremony-prompts.ts';
import { type CeremonyRecord, updateRecord } from './ceremony-record.ts';
import { type CeremonyStage, createCeremonyView, describeValidKeys } from './ceremony-view.ts';

/** A running ceremony: its stored record and the shares that custodians have submitted. */
export class CeremonyState {
	readonly ports: CeremonyPorts;
	readonly wishes: CeremonyOptions;
	/** Shares submitted to this process, by custodian. Never on disk; wiped at the end. */
	readonly hands = new Map<string, SecretBytes>();
	passphrase: SecretBytes | undefined;
	#record: CeremonyRecord;

	constructor(ports: CeremonyPorts, wishes: CeremonyOptions, record: CeremonyRecord) {
		this.ports = ports;
		this.wishes = wishes;
		this.#record = record;
	}

	get record(): CeremonyRecord {
		return this.#record;
	}

	/** Adds facts to the record. They are on disk before the effect that they announce. */
	async set(facts: Partial<CeremonyRecord>): Promise<void> {
		const record = updateRecord(this.#record, facts);
		await this.ports.records.write(record);
		this.#record = record;
	}

	get standing(): SafetyNotice {
		return { safe: describeValidKeys(this.#record), next: [this.wishes.resume] };
	}

	/** `vault operator` came with 0.9.2; before that, `vault`. */
	get command(): string {
		return this.ports.vault.abilities.verify ? 'vault operator' : 'vault';
	}

	/** Custodians whose share has not been verified against the running Vault. */
	get unproven(): readonly string[] {
		const { custodians, proven, missing } = this.#record;
		const names = custodians.map(({ name }) => name);
		return names.filter((name) => !proven.includes(name) && !missing.includes(name));
	}

	/** The custodians whose shares unseal Vault in this run: the first ones not missing. */
	get quorum(): readonly string[] {
		const { custodians, missing, threshold } = this.#record;
		const names = custodians.map(({ name }) => name);
		return names.filter((name) => !missing.includes(name)).slice(0, threshold);
	}

	view(stage: CeremonyStage, current?: string): CeremonyProgress {
		const { restart } = this.wishes;
		return createCeremonyView(this.#record, stage, {
			restart,
			...(current === undefined ? {} : { current }),
		});
	}

	/** Stops between two stages if the operator asked for it. */
	pause(): void {
		if (!this.ports.stopped.aborted) return;
		throw new WizardError('cancelled', {
			message: 'The rekey was stopped between two stages.',
			details: [this.standing.safe],
			next: this.standing.next,
		});
	}

	/** Sends a prompt to the operator and waits for the reply. */
	async ask(prompt: Prompt): Promise<PromptReply> {
		const { operator } = this.ports;
		if (operator !== undefined) return operator.prompt(prompt);
		throw new WizardError('internal', {
			message: `No operator is available for the prompt "${prompt.kind}".`,
		});
	}

	/** For prompts that are either agreed to or postponed. */
	async agreed(prompt: Prompt): Promise<void> {
		const reply = await this.ask(prompt);
		if (reply.kind !== 'agreed') throw this.later();
	}

	later(): WizardError {
		return createPostponedError('Rekey paused. Resume it at any time.', this.standing);
	}

	get request(): RekeyRequest {
		const { custodians, shares, threshold } = this.#record;
		return {
			shares,
			threshold,
			pgpKeys: custodians.map(({ publicKey }) => publicKey),
			backup: true,
			verify: this.ports.vault.abilities.verify,
		};
	}

	/** Whether Vault's rekey is the one this ceremony started: its nonce is in the record. */
	isOurs(status: RekeyStatus): boolean {
		const { rekey } = this.#record;
		return status.started && rekey?.nonce !== undefined && status.nonce === rekey.nonce;
	}

	/**
	 * Whether a rekey is the one whose start went unanswered: it matches the whole request and is
	 * untouched. Others may rekey to the same custodians, so nothing less is accepted.
	 */
	looksLikeOurs(status: RekeyStatus): boolean {
		const { rekey, custodians, shares, threshold } = this.#record;
		return (
			status.started &&
			rekey !== undefined &&
			rekey.nonce === undefined &&
			status.shares === shares &&
			status.threshold === threshold &&
			status.backup &&
			status.verificationRequired === rekey.verify &&
			status.progress === 0 &&
			status.verificationNonce === '' &&
			matchesCustodianKeys(status.fingerprints, custodians)
		);
	}

	/** An interrupted dry run of this ceremony: the fingerprint of its key is in the record. */
	isOurDryRun(status: RekeyStatus): boolean {
		const [only, ...others] = status.fingerprints;
		return (
			status.started &&
			only !== undefined &&
			others.length === 0 &&
			this.#record.dryRuns.includes(only.toLowerCase())
		);
	}

	wipe(): void {
		for (const share of this.hands.values()) share.wipe();
		this.hands.clear();
		this.passphrase?.wipe();
		this.passphrase = undefined;
	}
}

export function matchesCustodianKeys(
	fingerprints: readonly string[],
	custodians: readonly { fingerprint: string }[],
): boolean {
	return (
		fingerprints.length === custodians.length &&
		fingerprints.every((one, index) => one.toLowerCase() === custodians[index]?.fingerprint)
	);
}
