import {
	createCompletedResult,
	createShareBackup,
	createUnreadableError,
	toShareBackup,
} from './parse-json-response.ts';
import type {
	Leadership,
	RekeyStatus,
	SealStatus,
	ShareBackup,
	SubmitResult,
	VerificationResult,
	VerificationStatus,
} from './vault-types.ts';

/** Removes what a terminal adds: colors and carriage returns. */
function stripTerminalCodes(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one
	return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r/g, '');
}

/** Reads lines of `Label: value` (before 0.9.2) or `Label    value` (since). `n/a` becomes ''. */
function parseLabels(text: string): Map<string, string> {
	const found = new Map<string, string>();
	for (const line of stripTerminalCodes(text).split('\n')) {
		const parts = /^\s*([A-Z][A-Za-z -]*?)(?::[ \t]*|[ \t]{2,}|[ \t]*\t)(.*)$/.exec(line);
		if (parts === null) continue;
		const [, label = '', value = ''] = parts;
		found.set(label, value.trim() === 'n/a' ? '' : value.trim());
	}
	return found;
}

class LabelReader {
	readonly #found: Map<string, string>;
	readonly #what: string;

	constructor(text: string, what: string) {
		this.#found = parseLabels(text);
		this.#what = what;
	}

	has(...names: string[]): boolean {
		return names.some((name) => this.#found.has(name));
	}

	text(...names: string[]): string {
		for (const name of names) {
			const value = this.#found.get(name);
			if (value !== undefined) return value;
		}
		return '';
	}

	/** `true` or `false`; anything else throws. */
	yes(...names: string[]): boolean {
		const value = this.text(...names);
		if (value !== 'true' && value !== 'false') throw this.#unreadable(names);
		return value === 'true';
	}

	/** A whole number; of `1/3` the first. */
	count(...names: string[]): number {
		const found = /^(\d+)(\/\d+)?\b/.exec(this.text(...names));
		if (found === null) throw this.#unreadable(names);
		return Number(found[1]);
	}

	/** The 3 of `1/3`; undefined without one. */
	outOf(...names: string[]): number | undefined {
		const found = /^\d+\/(\d+)/.exec(this.text(...names));
		return found === null ? undefined : Number(found[1]);
	}

	#unreadable(names: readonly string[]) {
		return createUnreadableError(`${this.#what} that cannot be read (${names.join(' or ')})`);
	}
}

/** Reads `vault status` of any version. */
export function parseSealStatusText(text: string): SealStatus {
	const of = new LabelReader(text, 'a seal status');
	return {
		initialized: of.has('Initialized') ? of.yes('Initialized') : true,
		sealed: of.yes('Sealed'),
		type: of.text('Seal Type'),
		shares: of.count('Key Shares', 'Total Shares', 'Total Recovery Shares'),
		threshold: of.count('Key Threshold', 'Threshold'),
		progress: of.has('Unseal Progress') ? of.count('Unseal Progress') : 0,
		version: of.text('Version'),
		recoverySeal: of.has('Recovery Seal Type', 'Total Recovery Shares'),
		migration: of.text('Seal Migration in Progress') === 'true',
	};
}

/** Reads the leadership part of `vault status`. */
export function parseLeadershipText(text: string): Leadership {
	const of = new LabelReader(text, 'a leader');
	const highAvailability = of.yes('High-Availability Enabled', 'HA Enabled');
	return {
		highAvailability,
		isSelf: highAvailability ? of.text('Mode', 'HA Mode') === 'active' : true,
		leaderAddress: of.text('Active Node Address', 'Leader Address', 'Leader Cluster Address'),
	};
}

/** Reads `rekey -status`, `rekey -init` and the response to a share, of any version. */
export function parseRekeyStatusText(text: string): RekeyStatus {
	const of = new LabelReader(text, 'a rekey status');
	const started = of.yes('Started');
	const legacy = of.has('Key Shares');
	// The table omits the other rows while no rekey is in progress.
	const counts = started || legacy;
	return {
		started,
		nonce: of.text('Nonce'),
		shares: counts ? of.count('Key Shares', 'New Shares') : 0,
		threshold: counts ? of.count('Key Threshold', 'New Threshold') : 0,
		progress: counts ? of.count('Rekey Progress') : 0,
		required: counts ? (of.outOf('Rekey Progress') ?? of.count('Required Keys')) : 0,
		fingerprints: (
			of.text('PGP Key Fingerprints', 'PGP Fingerprints').match(/[0-9a-f]+/gi) ?? []
		).map((print) => print.toLowerCase()),
		backup: of.text('Backup Storage', 'Backup') === 'true',
		verificationRequired: of.text('Verification Required') === 'true',
		verificationNonce: of.text('Verification Nonce'),
	};
}

/**
 * Reads the response to a submitted share: a status, or the new shares, one per line.
 *
 * @param shares Expected number of new shares.
 */
export function parseSubmitResultText(text: string, shares: number): SubmitResult {
	const plain = stripTerminalCodes(text);
	const lines = [...plain.matchAll(/^Key (\d+)(?: fingerprint: ([0-9a-f]+); value)?: (\S+)$/gim)];
	if (lines.length === 0) return { complete: false, status: parseRekeyStatusText(plain) };
	if (lines.some(([, number], index) => Number(number) !== index + 1)) {
		throw createUnreadableError('new key shares that are not numbered consecutively');
	}
	return createCompletedResult(
		lines.map(([, , , value = '']) => value),
		shares,
		{
			fingerprints: lines.map(([, , fingerprint = '']) => fingerprint),
			nonce: /^Operation nonce: (\S+)$/m.exec(plain)?.[1] ?? '',
			backup: plain.includes('core/unseal-keys-backup'),
			verificationNonce: /^Verification Nonce\s+(\S+)$/m.exec(plain)?.[1] ?? '',
		},
	);
}

/**
 * Reads a recovered response as a backup of its shares, however many there are; undefined when it is
 * not the end of a rekey or is unreadable, since there may be another copy.
 */
export function parseResponseTextAsBackup(text: string): ShareBackup | undefined {
	const shares = stripTerminalCodes(text).match(/^Key \d+ /gm)?.length ?? 0;
	try {
		return shares === 0 ? undefined : toShareBackup(parseSubmitResultText(text, shares));
	} catch {
		return undefined;
	}
}

/** Reads `rekey -verify -status`. */
export function parseVerificationStatusText(text: string): VerificationStatus {
	const of = new LabelReader(text, 'a verification status');
	const started = of.yes('Started');
	return {
		started,
		nonce: of.text('Verification Nonce', 'Nonce'),
		shares: started ? of.count('New Shares') : 0,
		threshold: started ? of.count('New Threshold') : 0,
		progress: started ? of.count('Verification Progress') : 0,
	};
}

/** Reads the response of `rekey -verify` to a share: always prose after the last one. */
export function parseVerificationResultText(text: string): VerificationResult {
	if (/rekey verification successful/i.test(text))
		return { complete: true, progress: 0, nonce: '' };
	const status = parseVerificationStatusText(text);
	return { complete: false, progress: status.progress, nonce: status.nonce };
}

/** Reads `rekey -retrieve` and `-backup-retrieve` as a table, with Go's `map[FINGERPRINT:[HEX]]`. */
export function parseShareBackupText(text: string): ShareBackup {
	const of = new LabelReader(text, 'a backup of the shares');
	const entries = [...of.text('Keys').matchAll(/([0-9a-f]{40,64}):\[([0-9a-f ]+)\]/gi)].map(
		([, fingerprint = '', messages = '']) => [fingerprint, messages.split(' ')] as const,
	);
	if (entries.length === 0)
		throw createUnreadableError('a backup of the shares that cannot be read (Keys)');
	return createShareBackup(of.text('Nonce'), entries);
}
