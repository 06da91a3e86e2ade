import { type RekeyStatus, VaultError } from '../contract.ts';
import { type Course, sameList } from './course.ts';
import { cancelDryRun, cancelOurs, notOurs } from './dry-run.ts';
import { outside } from './errors.ts';
import type { News } from './ports.ts';

/**
 * Begins the rekey, or takes up the one this ceremony has begun. What Vault answers is compared
 * with what was asked; anything else is cancelled.
 *
 * @returns Where Vault stands; its `verificationNonce` is set when the old key was given before.
 */
export async function* startRekey(course: Course): AsyncGenerator<News, RekeyStatus> {
	const { vault } = course.ports;
	await cancelDryRun(course);
	let status = await vault.rekeyStatus();
	if (status.started && !course.isOurs(status)) throw notOurs(course, status.nonce);
	if (!status.started) {
		await course.set({
			rekey: { verify: vault.abilities.verify },
			submittingAt: undefined,
			kept: [],
			received: [],
		});
		status = await start(course);
	}
	// On record before it is judged: only what is there may be cancelled.
	await course.set({ rekey: { nonce: status.nonce, verify: status.verificationRequired } });
	const wrong = differences(course, status);
	if (wrong.length > 0) {
		await cancelOurs(course);
		throw outside(
			`Vault began another rekey than asked for: ${wrong.join(', ')}.`,
			course.standing,
		);
	}
	yield { kind: 'note', text: `rekey begun (nonce ${status.nonce})` };
	return status;
}

/** Where a run was cut off between the start and its answer: the rekey Vault began for it is ours. */
export async function takeUpStart(course: Course): Promise<void> {
	const status = await course.ports.vault.rekeyStatus();
	if (course.looksLikeOurs(status))
		await course.set({ rekey: { nonce: status.nonce, verify: status.verificationRequired } });
}

async function start(course: Course): Promise<RekeyStatus> {
	const { vault } = course.ports;
	try {
		return await vault.startRekey(course.request);
	} catch (thrown) {
		if (!(thrown instanceof VaultError) || thrown.fault !== 'unclear') {
			// Nothing was begun: what is begun later by others is not to be taken for it.
			await course.set({ rekey: undefined });
			throw outside('Vault would not begin the rekey.', course.standing, thrown);
		}
		const status = await vault.rekeyStatus();
		if (course.looksLikeOurs(status)) return status;
		throw outside('It is not known whether Vault began a rekey.', course.standing, thrown);
	}
}

/** In words, what differs between the request and what Vault says it does. */
function differences(course: Course, status: RekeyStatus): string[] {
	const { request, record } = course;
	return [
		...(status.shares === request.shares ? [] : [`${status.shares} shares`]),
		...(status.threshold === request.threshold ? [] : [`threshold ${status.threshold}`]),
		...(sameList(status.fingerprints, record.custodians)
			? []
			: ['other keys, or in another order']),
		...(status.backup === request.backup ? [] : ['no copy of the encrypted shares']),
		...(status.verificationRequired === request.verify ? [] : ['without verification']),
	];
}
