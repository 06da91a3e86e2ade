import { WizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import { shellWord } from '../../engine/shell-word.ts';
import { approvals, type Step, type StepResult } from '../../engine/step.ts';
import { InstanceError } from '../../instance/contract.ts';
import type { TerminalInstance } from '../../instance/terminal.ts';
import { rekeyCeremony } from '../../vault/ceremony/ceremony.ts';
import type { CeremonyPorts, CeremonyWishes, News } from '../../vault/ceremony/ports.ts';
import { type CeremonyRecord, rebootGate } from '../../vault/ceremony/record.ts';
import { VaultError } from '../../vault/contract.ts';
import { instanceProblem, note, reachInstance } from '../instance/reach.ts';
import { type Context, type Services, text } from '../services.ts';
import { bringHere } from './bring-here.ts';
import { custodiansOf } from './custodians.ts';
import { ceremonyKeeping, ceremonyOf, ceremonyRecords } from './keeping.ts';
import { ceremonyKeys } from './keys.ts';
import { ceremonyMachine, KEY_FILE } from './machine.ts';
import { openArgv, shareOpener } from './open-share.ts';
import { PEOPLE, rekeyQuestions, rekeyRules, THRESHOLD } from './questions.ts';
import { memoryWarnings, surroundings } from './surroundings.ts';
import { findVault } from './vault.ts';
import { setAsideVoidShares } from './void-shares.ts';

export const rekey: Step<Services> = {
	id: 'rekey',
	title: 'Rekey',
	summary: 'Replaces the Vault unseal key on the instance with a key share for each key holder.',
	needs: ['install', 'bootstrap'],
	questions: rekeyQuestions,
	rules: rekeyRules,
	intent: (answers) => {
		if (answers.rekey !== 'custodians')
			return ['no rekey; the instance unseals Vault automatically'];
		const names = Object.keys((answers[PEOPLE] ?? {}) as object);
		return [
			'verify the current unseal key with a dry run, store it encrypted, create and confirm a backup',
			`vault operator rekey to ${names.length} key shares with a key threshold of ${String(answers[THRESHOLD])}: ${names.join(', ')}`,
			`verify every key share, sudo rm ${KEY_FILE}, create and confirm a second backup`,
			...(answers['rekey.custodians.restart'] === true
				? ['restart Vault, and unseal it with the new key shares']
				: []),
		];
	},
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	if (context.answers.rekey !== 'custodians') {
		const begun = await ceremonyRecords(context).read();
		assertNotInTheMiddle(context, begun);
		const open = stillOpen(begun, context.session.name);
		if (open !== undefined) yield note(context, 'warning', open);
		return { summary: 'no rekey: the instance unseals Vault automatically', outputs: {} };
	}
	// Keys are validated before any connection is opened.
	const memory = memoryWarnings(surroundings(context.services.environment));
	const begun = await ceremonyRecords(context).read();
	const { custodians, warnings: onKeys } = await custodiansOf(context, begun);
	const warnings = [...onKeys, ...memory];
	const instance = yield* reachInstance(context);
	try {
		const record = yield* ceremony(context, instance, { custodians, warnings });
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
		throw thrown instanceof InstanceError ? instanceProblem(thrown) : thrown;
	} finally {
		await instance.close();
	}
}

/** A ceremony past the point of no return must be completed, regardless of the current answers. */
function assertNotInTheMiddle(context: Context, begun: CeremonyRecord | undefined): void {
	const gate = rebootGate(begun);
	if (gate === undefined) return;
	throw new WizardError('refused', {
		message: `The rekey must be completed first: ${gate}.`,
		expected: 'the answers that the rekey was started with (rekey: custodians)',
		next: [`tfe-wizard rekey --session ${context.session.name}`],
	});
}

/** A started rekey that was not cancelled stays in progress in Vault and blocks the next one. */
export function stillOpen(
	begun: Pick<CeremonyRecord, 'rekey' | 'doneAt' | 'kept'> | undefined,
	session: string,
): string | undefined {
	if (begun?.rekey === undefined || begun.doneAt !== undefined) return undefined;
	const { nonce } = begun.rekey;
	const which = nonce === undefined ? '' : ` (nonce ${nonce})`;
	const shares = begun.kept.length > 0 ? ' Its encrypted key shares cannot unseal Vault.' : '';
	const how = nonce === undefined ? '' : ` -nonce=${nonce}`;
	return `a rekey that was started${which} may still be in progress in Vault; no key changes until it is committed.${shares} To finish it: set rekey: custodians, then run tfe-wizard rekey --session ${session}. To cancel it, on the instance: vault operator rekey -cancel${how}`;
}

async function* ceremony(
	context: Context,
	instance: TerminalInstance,
	facts: Pick<CeremonyWishes, 'custodians' | 'warnings'>,
): AsyncGenerator<EngineEvent, CeremonyRecord> {
	let probed = await lookFor(context, instance);
	for (const words of probed.found) yield note(context, 'info', words);
	const keeping = ceremonyKeeping(context);
	const records = ceremonyRecords(context);
	const begun = await records.read();
	yield* setAsideVoidShares(context, begun);
	yield* bringHere(context, keeping, begun);
	const ports: CeremonyPorts = {
		get vault() {
			return probed.vault;
		},
		async lookAgain() {
			probed = await lookFor(context, instance);
		},
		machine: ceremonyMachine(context, instance, () => probed.vault),
		keeping,
		keys: ceremonyKeys(),
		records,
		person: context.person,
		stopped: context.cancel.gentle,
		now: () => new Date().toISOString(),
	};
	const { session, approve } = context;
	const opener = context.person === undefined ? shareOpener(context) : undefined;
	const events = rekeyCeremony(ports, {
		...facts,
		step: context.step,
		threshold: Number(context.answers[THRESHOLD]),
		restart: context.answers['rekey.custodians.restart'] === true,
		name: text(context, 'settings.fqdn'),
		approved: approvals.indexOf(approve) >= approvals.indexOf('change'),
		...(opener === undefined ? {} : { decrypt: opener }),
		...(openArgv(context, '', '') === undefined
			? {}
			: {
					openCommand: (custodian, file) =>
						(openArgv(context, custodian, file) ?? []).map(shellWord).join(' '),
				}),
		resume: `tfe-wizard rekey --session ${session.name}`,
	});
	return yield* withoutVoidShares(context, events);
}

/** Forwards the events; whenever the current shares change, moves the replaced ones. */
async function* withoutVoidShares(
	context: Context,
	events: AsyncGenerator<News, CeremonyRecord>,
): AsyncGenerator<EngineEvent, CeremonyRecord> {
	const record = () => ceremonyOf(context.session.record.notes);
	const names = () =>
		record()
			?.kept.map(({ name }) => name)
			.join();
	let seen = names();
	try {
		for (;;) {
			const { done, value } = await events.next();
			if (done === true) return value;
			yield asEvent(context, value);
			if (names() === seen) continue;
			seen = names();
			yield* setAsideVoidShares(context, record());
		}
	} catch (thrown) {
		yield* setAsideVoidShares(context, record());
		throw thrown;
	}
}

async function lookFor(context: Context, instance: TerminalInstance) {
	try {
		return await findVault(context, instance);
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

function asEvent(context: Context, news: News): EngineEvent {
	const { step } = context;
	if ('what' in news) return { type: 'change', step, what: news.what, state: news.kind };
	return note(context, news.kind === 'warning' ? 'warning' : 'info', news.text);
}
