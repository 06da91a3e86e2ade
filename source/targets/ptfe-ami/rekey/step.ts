import { WizardError } from '../../../engine/errors.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import { approvalLevels, type Step, type StepResult } from '../../../engine/step.ts';
import { type InstanceConnection, InstanceError } from '../../../instance/instance-types.ts';
import {
	type Context,
	createNoteEvent,
	getAnswerText,
	type Services,
} from '../../../steps/step-context.ts';
import type {
	CeremonyEvent,
	CeremonyOptions,
	CeremonyPorts,
} from '../../../vault/ceremony/ceremony-ports.ts';
import {
	type CeremonyRecord,
	findRestartBlockReason,
} from '../../../vault/ceremony/ceremony-record.ts';
import { runRekeyCeremony } from '../../../vault/ceremony/rekey-ceremony.ts';
import { generateDryRunKey } from '../../../vault/pgp/generate-keys.ts';
import { VaultError } from '../../../vault/response-errors.ts';
import {
	instanceErrorToWizardError,
	waitForInstanceConnection,
} from '../instance/wait-for-ssh-connection.ts';
import { archiveVoidShares } from './archive-void-shares.ts';
import { createCeremonyInstance, UNSEAL_KEY_FILE } from './ceremony-instance.ts';
import {
	createCeremonyRecordStore,
	createCeremonyStorage,
	downloadMissingArtifacts,
	getCeremonyRecordFromNotes,
} from './ceremony-storage.ts';
import { connectToVault } from './connect-to-vault.ts';
import { createShareDecryptOptions } from './decrypt-share.ts';
import { loadCustodians } from './load-custodians.ts';
import { getMemoryWarnings, hardenProcess } from './process-hardening.ts';
import { CUSTODIANS_KEY, rekeyQuestions, rekeyRules, THRESHOLD_KEY } from './questions.ts';

export const rekeyStep: Step<Services> = {
	id: 'rekey',
	title: 'Rekey',
	summary: 'Replaces the Vault unseal key on the instance with a key share for each key holder.',
	needs: ['install', 'bootstrap'],
	questions: rekeyQuestions,
	rules: rekeyRules,
	intent: (answers) => {
		if (answers.rekey !== 'custodians')
			return ['no rekey; the instance unseals Vault automatically'];
		const names = Object.keys((answers[CUSTODIANS_KEY] ?? {}) as object);
		return [
			'verify the current unseal key with a dry run, store it encrypted, create and confirm a backup',
			`vault operator rekey to ${names.length} key shares with a key threshold of ${String(answers[THRESHOLD_KEY])}: ${names.join(', ')}`,
			`verify every key share, sudo rm ${UNSEAL_KEY_FILE}, create and confirm a second backup`,
			...(answers['rekey.custodians.restart'] === true
				? ['restart Vault, and unseal it with the new key shares']
				: []),
		];
	},
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	if (context.answers.rekey !== 'custodians') {
		const storedRecord = await createCeremonyRecordStore(context).read();
		assertRekeyNotCommitting(context, storedRecord);
		const open = getStartedRekeyWarning(storedRecord, context.session.name);
		if (open !== undefined) yield createNoteEvent(context, 'warning', open);
		return { summary: 'no rekey: the instance unseals Vault automatically', outputs: {} };
	}
	// Keys are validated before any connection is opened.
	const memory = getMemoryWarnings(hardenProcess(context.services.environment));
	const storedRecord = await createCeremonyRecordStore(context).read();
	const { custodians, warnings: onKeys } = await loadCustodians(context, storedRecord);
	const warnings = [...onKeys, ...memory];
	const instance = yield* waitForInstanceConnection(context);
	try {
		const record = yield* runCeremony(context, instance, { custodians, warnings });
		const { threshold, shares } = record;
		return {
			summary: `Vault is unsealed by ${threshold} of ${shares} key shares; backup: ${record.backupAfter?.key ?? ''}`,
			outputs: {
				epoch: record.epoch,
				shares,
				threshold,
				backup_before: record.backupBefore?.key ?? '',
				backup_after: record.backupAfter?.key ?? '',
			},
		};
	} catch (thrown) {
		throw thrown instanceof InstanceError ? instanceErrorToWizardError(thrown) : thrown;
	} finally {
		await instance.close();
	}
}

/** A ceremony past the point of no return must be completed, regardless of the current answers. */
function assertRekeyNotCommitting(
	context: Context,
	storedRecord: CeremonyRecord | undefined,
): void {
	const gate = findRestartBlockReason(storedRecord);
	if (gate === undefined) return;
	throw new WizardError('refused', {
		message: `The rekey must be completed first: ${gate}.`,
		expected: 'the answers that the rekey was started with (rekey: custodians)',
		next: [`tfe-wizard rekey --session ${context.session.name}`],
	});
}

/** A started rekey that was not cancelled stays in progress in Vault and blocks the next one. */
export function getStartedRekeyWarning(
	ceremony: Pick<CeremonyRecord, 'rekey' | 'doneAt' | 'kept'> | undefined,
	session: string,
): string | undefined {
	if (ceremony?.rekey === undefined || ceremony.doneAt !== undefined) return undefined;
	const { nonce } = ceremony.rekey;
	const which = nonce === undefined ? '' : ` (nonce ${nonce})`;
	const shares = ceremony.kept.length > 0 ? ' Its encrypted key shares cannot unseal Vault.' : '';
	const how = nonce === undefined ? '' : ` -nonce=${nonce}`;
	return `a rekey that was started${which} may still be in progress in Vault; no key changes until it is committed.${shares} To finish it: set rekey: custodians, then run tfe-wizard rekey --session ${session}. To cancel it, on the instance: vault operator rekey -cancel${how}`;
}

async function* runCeremony(
	context: Context,
	instance: InstanceConnection,
	facts: Pick<CeremonyOptions, 'custodians' | 'warnings'>,
): AsyncGenerator<EngineEvent, CeremonyRecord> {
	let probed = await probeVault(context, instance);
	for (const words of probed.found) yield createNoteEvent(context, 'info', words);
	const storage = createCeremonyStorage(context);
	const records = createCeremonyRecordStore(context);
	const storedRecord = await records.read();
	yield* archiveVoidShares(context, storedRecord);
	yield* downloadMissingArtifacts(context, storage, storedRecord);
	const ports: CeremonyPorts = {
		get vault() {
			return probed.vault;
		},
		async probeAgain() {
			probed = await probeVault(context, instance);
		},
		instance: createCeremonyInstance(context, instance, () => probed.vault),
		storage,
		generateDryRunKey,
		records,
		operator: context.services.ceremonyOperator,
		stopped: context.cancel.gentle,
		now: () => new Date().toISOString(),
	};
	const { session, approve } = context;
	const events = runRekeyCeremony(ports, {
		...facts,
		step: context.step,
		threshold: Number(context.answers[THRESHOLD_KEY]),
		restart: context.answers['rekey.custodians.restart'] === true,
		name: getAnswerText(context, 'settings.fqdn'),
		approved: approvalLevels.indexOf(approve) >= approvalLevels.indexOf('change'),
		...createShareDecryptOptions(context),
		resume: `tfe-wizard rekey --session ${session.name}`,
	});
	return yield* archiveVoidSharesDuring(context, events);
}

/** Forwards the events; whenever the current shares change, moves the replaced ones. */
async function* archiveVoidSharesDuring(
	context: Context,
	events: AsyncGenerator<CeremonyEvent, CeremonyRecord>,
): AsyncGenerator<EngineEvent, CeremonyRecord> {
	const record = () => getCeremonyRecordFromNotes(context.session.record.notes);
	const names = () =>
		record()
			?.kept.map(({ name }) => name)
			.join();
	let seen = names();
	try {
		for (;;) {
			const { done, value } = await events.next();
			if (done === true) return value;
			yield toEngineEvent(context, value);
			if (names() === seen) continue;
			seen = names();
			yield* archiveVoidShares(context, record());
		}
	} catch (thrown) {
		yield* archiveVoidShares(context, record());
		throw thrown;
	}
}

async function probeVault(context: Context, instance: InstanceConnection) {
	try {
		return await connectToVault(context, instance);
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		throw new WizardError('command', {
			message: `Could not reach Vault on ${instance.target.host}: ${thrown.message}`,
			details: thrown.words,
			next: ['on the instance: vault status', `tfe-wizard rekey --session ${context.session.name}`],
			cause: thrown,
		});
	}
}

function toEngineEvent(context: Context, event: CeremonyEvent): EngineEvent {
	const { step } = context;
	if ('what' in event) return { type: 'change', step, what: event.what, state: event.kind };
	return createNoteEvent(context, event.kind === 'warning' ? 'warning' : 'info', event.text);
}
