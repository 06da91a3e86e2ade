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
 * Makes the new shares count: Vault is given a quorum of them, and the last one is what cannot be
 * taken back. Before it: a backup, the old key in escrow, every share on disk in two places and in
 * its owner's hands.
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
		yield { kind: 'warning', text: 'Vault did not take the new shares; its state was read again' };
	}
	// The rekey is left to wait: given room to write, Vault ends it by the same shares. Cancelled, it
	// could not be ended by anybody.
	if (failed !== undefined) throw halfDone(course, failed);
	course.wipe();
	throw await broken(course, `Vault refused the new shares ${ROUNDS} times.`);
}

/**
 * Where an earlier run stopped at the very moment the new shares may have begun to count, finds out
 * whether they do. Where Vault waits for proof still, nothing has been lost.
 */
export async function* settleCount(course: Course): AsyncGenerator<News> {
	const { rekey, committingAt, committedAt } = course.record;
	if (committingAt === undefined || committedAt !== undefined || rekey?.verify === false) return;
	if (await hasCounted(course)) {
		yield* counted(course);
		return;
	}
	// A sealed Vault has forgotten the rekey. What opens it tells what came of it.
	if ((await course.ports.vault.sealStatus()).sealed) yield* openBrokenOff(course);
	if ((await waitingProof(course)) === undefined) yield* settleBrokenOff(course);
}

/** Vault has no such rekey any more, and the new shares do not count. */
async function* gone(course: Course): AsyncGenerator<News> {
	if (course.record.committingAt !== undefined) yield* settleBrokenOff(course);
	throw outside(
		'Vault has forgotten the rekey (it was restarted, or somebody cancelled). The new shares are void.',
		course.standing,
	);
}

async function assertReady(course: Course): Promise<void> {
	const { record, ports } = course;
	const { backupBefore, escrow, kept, custodians } = record;
	if (backupBefore === undefined || escrow === undefined || kept.length !== custodians.length)
		throw refused('The ceremony is not ready to make new shares count.', course.standing);
	for (const { name, sha256 } of [...kept, escrow]) await ports.keeping.confirm(name, sha256);
}

async function agree(course: Course): Promise<void> {
	const { wishes, record } = course;
	if (course.ports.person === undefined) {
		if (wishes.approved) return;
		throw refused('The new shares wait for approval before they count.', {
			safe: course.standing.safe,
			next: [`${wishes.resume} --approve change`],
		});
	}
	await course.agreed({
		kind: 'agree',
		step: wishes.step,
		ceremony: course.view('count'),
		title: 'The new shares can count now',
		will: [
			`Vault is given ${record.threshold} of the ${record.shares} new shares. From then on they open it, and the old key does not.`,
			'The old key stays in escrow: it opens the backup made before.',
			'Then every share is proven once more, the key file is removed, and a new backup made.',
		],
		check: [],
		warnings: [],
		type: wishes.name,
		yes: 'make the new shares count',
		no: 'not now; the old key goes on opening Vault',
	});
}

/** The verification, with nothing proven in it yet. */
async function freshVerification(course: Course): Promise<VerificationStatus | 'counted' | 'gone'> {
	const { vault } = course.ports;
	const status = await verification(course);
	if (typeof status === 'string' || status.progress === 0) return status;
	await vault.restartVerification(status.nonce);
	return verification(course);
}

/** `counted`: nothing is left to verify; `gone`: nothing can be verified any more. */
async function verification(course: Course): Promise<VerificationStatus | 'counted' | 'gone'> {
	if (await hasCounted(course)) return 'counted';
	return (await waitingProof(course)) ?? 'gone';
}

/** @returns The error when Vault failed at the very end, and waits for proof still. */
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
			// A clear no, or never sent: of this attempt nothing can count.
			if (last && (thrown.fault === 'refused' || thrown.fault === 'unsent'))
				await course.set({ committingAt });
			return afterTrouble(course, thrown, last);
		}
		if (proving.complete) return 'counted';
		nonce = proving.nonce === '' ? nonce : proving.nonce;
	}
	return 'again';
}

/** A request went wrong. What came of it is read, never assumed. */
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
			'Vault does not answer, and it is not known whether the new shares count.',
			course.standing,
			thrown,
		);
	}
}

async function* counted(course: Course): AsyncGenerator<News> {
	await course.set({ committedAt: course.ports.now() });
	const { threshold, shares } = course.record;
	yield { kind: 'made', what: `Vault is opened by ${threshold} of ${shares} new shares` };
}
