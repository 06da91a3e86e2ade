import { type RekeyStatus, VaultError } from '../contract.ts';
import { type Course, sameList } from './course.ts';
import { cancelDryRun, cancelOurs, notOurs } from './dry-run.ts';
import { outside } from './errors.ts';
import type { News } from './ports.ts';

/**
 * Starts the rekey, or resumes the one this ceremony started. Vault's response is compared with the
 * request; any difference cancels the rekey.
 *
 * @returns Vault's status; `verificationNonce` is set when the old key was already submitted.
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
	// Recorded before it is checked: only a recorded rekey may be cancelled.
	await course.set({ rekey: { nonce: status.nonce, verify: status.verificationRequired } });
	const wrong = differences(course, status);
	if (wrong.length > 0) {
		await cancelOurs(course);
		throw outside(
			`Vault started a different rekey than requested: ${wrong.join(', ')}.`,
			course.standing,
		);
	}
	yield { kind: 'note', text: `rekey started (nonce ${status.nonce})` };
	return status;
}

/** Adopts the rekey that Vault started for a run that was interrupted before the response. */
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
			// Nothing was started: a later rekey by others must not be mistaken for this one.
			await course.set({ rekey: undefined });
			throw outside('Vault refused to start the rekey.', course.standing, thrown);
		}
		const status = await vault.rekeyStatus();
		if (course.looksLikeOurs(status)) return status;
		throw outside('Could not determine whether Vault started a rekey.', course.standing, thrown);
	}
}

/** Describes how Vault's rekey differs from the request. */
function differences(course: Course, status: RekeyStatus): string[] {
	const { request, record } = course;
	return [
		...(status.shares === request.shares ? [] : [`${status.shares} shares`]),
		...(status.threshold === request.threshold ? [] : [`threshold ${status.threshold}`]),
		...(sameList(status.fingerprints, record.custodians)
			? []
			: ['other keys or another key order']),
		...(status.backup === request.backup ? [] : ['no backup of the encrypted shares']),
		...(status.verificationRequired === request.verify ? [] : ['without verification']),
	];
}
