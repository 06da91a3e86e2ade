import { WizardError } from '../../engine/errors.ts';
import type { CeremonyView, Moment, MomentReply } from '../../engine/moment.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { RekeyRequest, RekeyStatus } from '../contract.ts';
import { notNow, type Standing } from './errors.ts';
import type { CeremonyPorts, CeremonyWishes } from './ports.ts';
import { type CeremonyRecord, withFacts } from './record.ts';
import { ceremonyView, type Stage, safeNow } from './view.ts';

/** A ceremony under way: its record on disk, and the shares that are in people's hands just now. */
export class Course {
	readonly ports: CeremonyPorts;
	readonly wishes: CeremonyWishes;
	/** Shares given in this process, by custodian. Never on disk; wiped at the end. */
	readonly hands = new Map<string, SecretBytes>();
	passphrase: SecretBytes | undefined;
	#record: CeremonyRecord;

	constructor(ports: CeremonyPorts, wishes: CeremonyWishes, record: CeremonyRecord) {
		this.ports = ports;
		this.wishes = wishes;
		this.#record = record;
	}

	get record(): CeremonyRecord {
		return this.#record;
	}

	/** Adds facts; they are on disk when this returns, before any effect they announce. */
	async set(facts: Partial<CeremonyRecord>): Promise<void> {
		const record = withFacts(this.#record, facts);
		await this.ports.records.write(record);
		this.#record = record;
	}

	get standing(): Standing {
		return { safe: safeNow(this.#record), next: [this.wishes.resume] };
	}

	/** How its command line is called: `operator` came with 0.9.2, and what could go before it stayed. */
	get command(): string {
		return this.ports.vault.abilities.verify ? 'vault operator' : 'vault';
	}

	/** Custodians whose share still has to be proven against the running Vault. */
	get unproven(): readonly string[] {
		const { custodians, proven, missing } = this.#record;
		const names = custodians.map(({ name }) => name);
		return names.filter((name) => !proven.includes(name) && !missing.includes(name));
	}

	/** Those whose shares open Vault in this sitting: the first that are there. */
	get quorum(): readonly string[] {
		const { custodians, missing, threshold } = this.#record;
		const names = custodians.map(({ name }) => name);
		return names.filter((name) => !missing.includes(name)).slice(0, threshold);
	}

	view(stage: Stage, current?: string): CeremonyView {
		const { restart } = this.wishes;
		return ceremonyView(this.#record, stage, {
			restart,
			...(current === undefined ? {} : { current }),
		});
	}

	/** Between two stages: the place to stop at. */
	pause(): void {
		if (!this.ports.stopped.aborted) return;
		throw new WizardError('cancelled', {
			message: 'The ceremony has stopped, as asked, between two steps.',
			details: [this.standing.safe],
			next: this.standing.next,
		});
	}

	/** Shows a moment to the person who is there. */
	async ask(moment: Moment): Promise<MomentReply> {
		const { person } = this.ports;
		if (person !== undefined) return person.moment(moment);
		throw new WizardError('internal', { message: `Nobody is there for "${moment.kind}".` });
	}

	/** For moments whose only other answer is to go on another time. */
	async agreed(moment: Moment): Promise<void> {
		const reply = await this.ask(moment);
		if (reply.kind !== 'agreed') throw this.later();
	}

	later(): WizardError {
		return notNow('The ceremony waits; it goes on from here.', this.standing);
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

	/** The rekey Vault tells of is the one this ceremony started: its nonce is on record. */
	isOurs(status: RekeyStatus): boolean {
		const { rekey } = this.#record;
		return status.started && rekey?.nonce !== undefined && status.nonce === rekey.nonce;
	}

	/**
	 * While the answer to the start is not on record: all that was asked for, and nothing done with
	 * it yet. Others may rekey to the same people, so nothing less is taken up.
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
			sameList(status.fingerprints, custodians)
		);
	}

	/** A dry run of ours that was cut short: its throw-away key is in the record. */
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

export function sameList(
	fingerprints: readonly string[],
	custodians: readonly { fingerprint: string }[],
): boolean {
	return (
		fingerprints.length === custodians.length &&
		fingerprints.every((one, index) => one.toLowerCase() === custodians[index]?.fingerprint)
	);
}
