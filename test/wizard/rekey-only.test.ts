import { afterEach, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../source/commands/parse-command-line.ts';
import { createCommandContext } from '../../source/commands/run-command-line.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { Session } from '../../source/engine/session/session.ts';
import { WizardApp } from '../../source/wizard/wizard-app.ts';
import type { StepperStep, WizardScreen } from '../../source/wizard/wizard-view-model.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';

// The rekey command up to its start, in a session that is recorded as installed.

const DONE = ['preflight', 'network', 'access', 'state', 'settings', 'install', 'bootstrap'];
const given = {
	target: 'ptfe-ami',
	account: '123456789012',
	region: 'us-west-2',
	network: 'create',
	'settings.fqdn': 'tfe.acme.example',
	'settings.key_name': 'acme',
	instance: 'ssh',
	rekey: 'leave',
	backup: true,
};

const home = createDirectoryForEachTest();
let guide: WizardApp | undefined;

afterEach(async () => {
	guide?.quit();
	await guide?.ended;
	guide = undefined;
});

async function opened(answers: Record<string, unknown>): Promise<WizardApp> {
	const session = Session.open({
		home,
		name: 'acme',
		practice: false,
		secrets: new SecretRegistry(),
	});
	session.change({ answers });
	for (const step of [...DONE, 'rekey', 'backup']) session.changeStep(step, { state: 'done' });
	session.close();
	const argv = ['rekey', '--home', home, '--session', 'acme'];
	const context = createCommandContext(parseCommandLine(argv));
	guide = new WizardApp(context, { session: 'acme', practice: false, only: ['rekey'] });
	const { promise, resolve } = Promise.withResolvers<void>();
	const look = () => {
		if (!['busy', 'welcome'].includes(screen().kind)) resolve();
	};
	guide.subscribe(look);
	look();
	await promise;
	return guide;
}

const screen = (): WizardScreen =>
	guide?.model().screen ?? { kind: 'busy', title: '', lines: [], since: 0 };
const stateOf = (id: string): StepperStep['state'] | undefined =>
	guide?.model().stepper.find((step) => step.id === id)?.state;

describe('the rekey command in a session without a rekey', () => {
	it('starts at the rekey question, with all other steps done', async () => {
		await opened(given);
		expect(screen()).toMatchObject({ kind: 'question', key: 'rekey', value: 'leave' });
		for (const id of DONE) expect(stateOf(id), id).toBe('done');
		expect(stateOf('rekey')).toBe('current');
	});

	it('asks only for the key holders, and reviews only the rekey', async () => {
		const at = await opened(given);
		at.act({ type: 'answer', value: 'custodians' });
		const asked: string[] = [];
		for (let now = screen(); now.kind !== 'review'; now = screen()) {
			if (now.kind === 'question') {
				asked.push(now.key);
				const people = now.key === 'rekey.custodians.people';
				const value = people ? { ana: '', ben: '', chi: '' } : (now.value ?? 2);
				at.act({ type: 'answer', value });
			} else if (now.kind === 'details') {
				asked.push(`${now.step}+`);
				at.act({ type: 'on' });
			} else throw new Error(`stuck at ${JSON.stringify(now).slice(0, 500)}`);
			expect(asked.length).toBeLessThan(9);
		}
		expect(asked).toEqual(['rekey.custodians.people', 'rekey.custodians.threshold', 'rekey+']);
		const review = screen();
		if (review.kind !== 'review') throw new Error(review.kind);
		expect(review.intent.map(({ step }) => step)).toEqual(['rekey']);
		expect(review.intent[0]?.lines.join('\n')).toContain('ana, ben, chi');
		expect(review.duration).toContain('key holder');
	});

	it('asks for access to the instance first if there is none', async () => {
		await opened({ ...given, instance: 'none', rekey: undefined });
		expect(screen()).toMatchObject({ kind: 'question', key: 'instance' });
		expect(stateOf('bootstrap')).toBe('current');
	});
});
