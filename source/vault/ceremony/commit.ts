import { type Proving, VaultError, type VerificationStatus } from '../contract.ts';
import { assertVoid, halfDone, hasCounted } from './counted.ts';
import type { Course } from './course.ts';
import { outside, refused } from './errors.ts';
import { broken } from './hand-out.ts';
import type { News } from './ports.ts';

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
		if (status === undefined) return yield* counted(course);
		const outcome = await prove(course, status);
		if (outcome === 'counted') return yield* counted(course);
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
	// A sealed Vault has forgotten the rekey; the old key opens it, and then it is looked again.
	if ((await course.ports.vault.sealStatus()).sealed) return;
	if (!course.isOurs(await course.ports.vault.rekeyStatus())) await assertVoid(course);
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

/** The verification, with nothing proven in it yet; undefined when the shares count already. */
async function freshVerification(course: Course): Promise<VerificationStatus | undefined> {
	const { vault } = course.ports;
	let status = await verification(course);
	if (status === undefined) return undefined;
	if (status.progress > 0) {
		await vault.restartVerification(status.nonce);
		status = await verification(course);
	}
	return status;
}

/** @returns undefined when there is nothing to verify any more because the new shares count. */
async function verification(course: Course): Promise<VerificationStatus | undefined> {
	const { vault } = course.ports;
	const rekey = await vault.rekeyStatus();
	if (course.isOurs(rekey) && rekey.verificationNonce !== '') return vault.verificationStatus();
	if (await hasCounted(course)) return undefined;
	if (course.record.committingAt !== undefined) await assertVoid(course);
	throw outside(
		'Vault has forgotten the rekey (it was restarted, or somebody cancelled). The new shares are void.',
		course.standing,
	);
}

/** @returns The error when Vault failed at the very end, and waits for proof still. */
async function prove(
	course: Course,
	status: VerificationStatus,
): Promise<'counted' | 'again' | VaultError> {
	const { vault, now } = course.ports;
	const quorum = course.record.custodians.slice(0, course.record.threshold);
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
): Promise<'counted' | 'again' | VaultError> {
	if (!last) return 'again';
	try {
		if ((await verification(course)) === undefined) return 'counted';
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
