import { type Proving, VaultError, type VerificationStatus } from '../contract.ts';
import { openBrokenOff, settleBrokenOff } from './broken-off.ts';
import { halfDone, hasCounted } from './counted.ts';
import type { Course } from './course.ts';
import { outside, refused } from './errors.ts';
import { broken } from './hand-out.ts';
import type { News } from './ports.ts';
import { waitingProof } from './waiting.ts';

const ROUNDS = 3;

/**
 * Commits the rekey: submits a quorum of new shares to Vault. The last one cannot be undone, so a
 * backup, the escrowed old key, and every share stored in two places and confirmed by its custodian
 * come first.
 */
export async function* makeThemCount(course: Course): AsyncGenerator<News> {
	await assertReady(course);
	await agree(course);
	let failed: VaultError | undefined;
	for (let round = 1; round <= ROUNDS; round += 1) {
		const status = await freshVerification(course);
		if (status === 'counted') return yield* counted(course);
		if (status === 'gone') return yield* gone(course);
		const outcome = await prove(course, status);
		if (outcome === 'counted') return yield* counted(course);
		if (outcome === 'gone') return yield* gone(course);
		if (outcome !== 'again') failed = outcome;
		yield { kind: 'warning', text: 'Vault did not accept the new key shares; retrying' };
	}
	// The rekey stays open: once its disk has space, Vault can complete it with the same shares. After a
	// cancel nothing could complete it.
	if (failed !== undefined) throw halfDone(course, failed);
	course.wipe();
	throw await broken(course, `Vault rejected the new key shares ${ROUNDS} times.`);
}

/**
 * Finds out whether the new shares were committed when an earlier run stopped during the commit.
 * While Vault still waits for verification, nothing was lost.
 */
export async function* settleCount(course: Course): AsyncGenerator<News> {
	const { rekey, committingAt, committedAt } = course.record;
	if (committingAt === undefined || committedAt !== undefined || rekey?.verify === false) return;
	if (await hasCounted(course)) {
		yield* counted(course);
		return;
	}
	// A sealed Vault has lost its rekey state. The key that unseals it shows whether it was committed.
	if ((await course.ports.vault.sealStatus()).sealed) yield* openBrokenOff(course);
	if ((await waitingProof(course)) === undefined) yield* settleBrokenOff(course);
}

/** The rekey no longer exists in Vault, and the new shares were not committed. */
async function* gone(course: Course): AsyncGenerator<News> {
	if (course.record.committingAt !== undefined) yield* settleBrokenOff(course);
	throw outside(
		'The rekey is gone: Vault was restarted, or the rekey was cancelled. The new key shares are void.',
		course.standing,
	);
}

async function assertReady(course: Course): Promise<void> {
	const { record, ports } = course;
	const { backupBefore, escrow, kept, custodians } = record;
	if (backupBefore === undefined || escrow === undefined || kept.length !== custodians.length)
		throw refused('The rekey is not ready to be committed.', course.standing);
	for (const { name, sha256 } of [...kept, escrow]) await ports.keeping.confirm(name, sha256);
}

async function agree(course: Course): Promise<void> {
	const { wishes, record } = course;
	if (course.ports.person === undefined) {
		if (wishes.approved) return;
		throw refused('Approval required: commit the rekey.', {
			safe: course.standing.safe,
			next: [`${wishes.resume} --approve change`],
		});
	}
	await course.agreed({
		kind: 'agree',
		step: wishes.step,
		ceremony: course.view('count'),
		title: 'Commit the rekey',
		will: [
			`Vault receives ${record.threshold} of the ${record.shares} new key shares. From then on they unseal it, and the current unseal key does not.`,
			'The old unseal key stays in escrow: it unseals the first backup.',
			'Then every share is verified again, the key file is removed, and a second backup is created.',
		],
		check: [],
		warnings: [],
		type: wishes.name,
		yes: 'commit the rekey',
		no: 'not now; the current unseal key stays valid',
	});
}

/** The verification, restarted if shares were already submitted to it. */
async function freshVerification(course: Course): Promise<VerificationStatus | 'counted' | 'gone'> {
	const { vault } = course.ports;
	const status = await verification(course);
	if (typeof status === 'string' || status.progress === 0) return status;
	await vault.restartVerification(status.nonce);
	return verification(course);
}

/** `counted`: committed, nothing left to verify. `gone`: nothing can be verified any more. */
async function verification(course: Course): Promise<VerificationStatus | 'counted' | 'gone'> {
	if (await hasCounted(course)) return 'counted';
	return (await waitingProof(course)) ?? 'gone';
}

/** @returns The error when Vault failed during the commit and still waits for verification. */
async function prove(
	course: Course,
	status: VerificationStatus,
): Promise<'counted' | 'gone' | 'again' | VaultError> {
	const { vault, now } = course.ports;
	const quorum = course.record.custodians.slice(0, course.record.threshold);
	const { committingAt } = course.record;
	let nonce = status.nonce;
	for (const [index, { name }] of quorum.entries()) {
		const share = course.hands.get(name);
		if (share === undefined) throw course.later();
		const last = index === quorum.length - 1;
		if (last) await course.set({ committingAt: now() });
		let proving: Proving;
		try {
			proving = await vault.proveShare(share, nonce);
		} catch (thrown) {
			if (!(thrown instanceof VaultError)) throw thrown;
			// Refused or never sent: this attempt cannot have committed anything.
			if (last && (thrown.fault === 'refused' || thrown.fault === 'unsent'))
				await course.set({ committingAt });
			return afterTrouble(course, thrown, last);
		}
		if (proving.complete) return 'counted';
		nonce = proving.nonce === '' ? nonce : proving.nonce;
	}
	return 'again';
}

/** A request failed: its outcome is read from Vault, never assumed. */
async function afterTrouble(
	course: Course,
	thrown: VaultError,
	last: boolean,
): Promise<'counted' | 'gone' | 'again' | VaultError> {
	if (!last) return 'again';
	try {
		const status = await verification(course);
		if (typeof status === 'string') return status;
		return thrown.fault === 'unclear' && thrown.status === 500 ? thrown : 'again';
	} catch (again) {
		if (!(again instanceof VaultError)) throw again;
		throw outside(
			'Vault does not respond. The rekey may or may not be committed.',
			course.standing,
			thrown,
		);
	}
}

async function* counted(course: Course): AsyncGenerator<News> {
	await course.set({ committedAt: course.ports.now() });
	const { threshold, shares } = course.record;
	yield {
		kind: 'made',
		what: `rekey committed: ${threshold} of ${shares} new key shares unseal Vault`,
	};
}
