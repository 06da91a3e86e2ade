import { WizardError } from '../../engine/errors.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { RekeyStatus } from '../parse-json-response.ts';
import { formatFingerprint } from '../pgp/describe-shared-keys.ts';
import type { RekeyRequest } from '../rekey-preconditions.ts';
import {
	createExternalError,
	createPostponedError,
	createRefusedError,
	type SafetyNotice,
} from './ceremony-errors.ts';
import type { CeremonyOptions, CeremonyPorts } from './ceremony-ports.ts';
import type {
	CeremonyProgress,
	ConfirmationPrompt,
	PromptContent,
	PromptReply,
} from './ceremony-prompt-types.ts';
import type { CeremonyRecord } from './ceremony-record.ts';

/** A running ceremony: its stored record and the shares that custodians have submitted. */
export class CeremonyState {
	readonly ports: CeremonyPorts;
	readonly options: CeremonyOptions;
	/** Shares submitted to this process, by custodian. Never on disk; wiped at the end. */
	readonly submittedShares = new Map<string, SecretBytes>();
	passphrase: SecretBytes | undefined;
	#record: CeremonyRecord;

	constructor(ports: CeremonyPorts, options: CeremonyOptions, record: CeremonyRecord) {
		this.ports = ports;
		this.options = options;
		this.#record = record;
	}

	get record(): CeremonyRecord {
		return this.#record;
	}

	/** Adds facts to the record. They are on disk before the effect that they announce. */
	async update(facts: Partial<CeremonyRecord>): Promise<void> {
		const record = { ...this.#record, ...facts, revision: this.#record.revision + 1 };
		await this.ports.records.write(record);
		this.#record = record;
	}

	get safetyNotice(): SafetyNotice {
		return { safe: describeCurrentUnsealKeys(this.#record), next: [this.options.resume] };
	}

	/** `vault operator` came with 0.9.2; before that, `vault`. */
	get command(): string {
		return this.ports.vault.features.verify ? 'vault operator' : 'vault';
	}

	/** Custodians whose share has not been verified against the running Vault. */
	get unverified(): readonly string[] {
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

	/** The header of every ceremony screen. */
	view(stage: CeremonyStage, current?: string): CeremonyProgress {
		const { custodians, proven, received } = this.#record;
		const shown = ceremonyStages.filter((one) => one !== 'restart' || this.options.restart);
		const here = shown.indexOf(stage);
		return {
			title: 'Rekey Vault',
			stages: shown.map((one, index) => ({
				title: stageTitles[one],
				state: index < here ? 'done' : index === here ? 'current' : 'open',
			})),
			custodians: custodians.map(({ name, fingerprint, wrapped }) => ({
				name,
				...(wrapped ? {} : { fingerprint: formatFingerprint(fingerprint) }),
				state:
					name === current
						? 'current'
						: proven.includes(name)
							? 'proven'
							: received.includes(name)
								? 'received'
								: 'waiting',
			})),
			safe: this.safetyNotice.safe,
		};
	}

	/** Stops between two stages if the operator asked for it. */
	pause(): void {
		if (!this.ports.stopped.aborted) return;
		throw new WizardError('cancelled', {
			message: 'The rekey was stopped between two stages.',
			details: [this.safetyNotice.safe],
			next: this.safetyNotice.next,
		});
	}

	/** Sends a prompt to the operator and waits for the reply. */
	async ask(stage: CeremonyStage, prompt: PromptContent, current?: string): Promise<PromptReply> {
		const { operator } = this.ports;
		if (operator !== undefined)
			return operator.prompt({
				step: this.options.step,
				ceremony: this.view(stage, current),
				...prompt,
			});
		throw new WizardError('internal', {
			message: `No operator is available for the prompt "${prompt.kind}".`,
		});
	}

	/** For prompts that are either agreed to or postponed. */
	async requireAgreement(
		stage: CeremonyStage,
		prompt: PromptContent,
		current?: string,
	): Promise<void> {
		const reply = await this.ask(stage, prompt, current);
		if (reply.kind !== 'agreed') throw this.createPausedError();
	}

	/** The prompt for an action that cannot be undone: the operator types the installation's name. */
	createConfirmation(
		content: Pick<ConfirmationPrompt, 'title' | 'will' | 'yes' | 'no'> &
			Partial<ConfirmationPrompt>,
	): PromptContent {
		return { kind: 'agree', check: [], warnings: [], type: this.options.name, ...content };
	}

	/** For an unattended run. @throws WizardError `refused` unless the action was approved. */
	requireApproval(action: string): void {
		const { approved, resume } = this.options;
		if (!approved)
			throw createRefusedError(`Approval required: ${action}`, {
				safe: this.safetyNotice.safe,
				next: [`${resume} --approve change`],
			});
	}

	createPausedError(): WizardError {
		return createPostponedError('Rekey paused. Resume it at any time.', this.safetyNotice);
	}

	/** Vault, or something on the way to it, failed. */
	createExternalError(message: string, thrown?: unknown): WizardError {
		return createExternalError(message, this.safetyNotice, thrown);
	}

	createRefusedError(message: string, expected?: string): WizardError {
		return createRefusedError(message, this.safetyNotice, expected);
	}

	get request(): RekeyRequest {
		const { custodians, shares, threshold } = this.#record;
		return {
			shares,
			threshold,
			pgpKeys: custodians.map(({ publicKey }) => publicKey),
			backup: true,
			verify: this.ports.vault.features.verify,
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
	isUnansweredStart(status: RekeyStatus): boolean {
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
		for (const share of this.submittedShares.values()) share.wipe();
		this.submittedShares.clear();
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

const stageTitles = {
	prove: 'Verify the current key',
	'back-up': 'Back up',
	'new-shares': 'Create new key shares',
	'hand-out': 'Hand out key shares',
	count: 'Commit the rekey',
	'prove-all': 'Verify every key share',
	remove: 'Remove the old key',
	'back-up-again': 'Back up again',
	restart: 'Restart and unseal Vault',
};
export type CeremonyStage = keyof typeof stageTitles;
const ceremonyStages = Object.keys(stageTitles) as CeremonyStage[];

/** Says in one sentence which key unseals which storage now. */
export function describeCurrentUnsealKeys(record: CeremonyRecord | undefined): string {
	if (record?.backupAfter !== undefined)
		return 'The new key shares unseal Vault and its latest backup.';
	if (record?.committedAt !== undefined)
		return 'The new key shares unseal Vault. Do not restart, upgrade or terminate the instance until the second backup is confirmed.';
	if (record?.committingAt !== undefined)
		return 'The rekey may be committed. Do not restart Vault or discard the new key shares or the old key.';
	return 'The unseal key on the instance unseals Vault. Nothing has changed.';
}
