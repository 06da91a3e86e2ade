import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WizardApp } from '../../source/wizard/wizard-app.ts';
import { runWizard } from '../e2e/helpers/run-wizard.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { answerAll, openGuide, shows } from './support.ts';

// The wizard without screens, with real terraform, the real AWS provider and a practice cloud.

const home = createTemporaryDirectory();

const newGuide = (...argv: string[]) => openGuide(home, argv);

describe('the wizard in practice mode', () => {
	let guide: WizardApp;
	let everything: string[];

	beforeAll(async () => {
		guide = newGuide();
		expect(guide.model().screen).toMatchObject({ kind: 'welcome' });
		guide.act({ type: 'choose', value: 'practice' });
		await shows(guide, 'question');
	});

	afterAll(async () => {
		await runWizard(['practice', '--stop', '--home', home]);
	});

	it('asks every question of the bundled answers, and checks early', async () => {
		everything = await answerAll(guide);
		expect(everything).toEqual([
			'target',
			'account',
			'region',
			'preflight+',
			'preflight!',
			'network',
			'network.create.name',
			'network.create.cidr',
			'network+',
			'access',
			'state',
			'state.s3.bucket',
			'state+',
			'settings.fqdn',
			'settings.cert_id',
			'settings.ami_id',
			'settings.db_password',
			'settings.key_name',
			'settings.bucket_name',
			'settings.installation_id',
			'settings+',
			'instance',
			'bootstrap+',
			'rekey',
			'rekey.custodians.people',
			'rekey.custodians.threshold',
			'rekey+',
			'backup',
		]);
	});

	it('shows passed checks, and those that were pending', async () => {
		guide.act({ type: 'go', key: 'preflight!' });
		const { checks, waiting } = await shows(guide, 'checks', ({ running }) => running === 0);
		expect(checks.map(({ result }) => result)).not.toContain('fail');
		expect(checks.map(({ id }) => id)).toEqual(
			expect.arrayContaining(['credentials', 'network-name', 'installation-name']),
		);
		expect(waiting).toBe(0);
		guide.act({ type: 'on' });
	});

	it('checks no default before it was confirmed', async () => {
		const other = newGuide('--session', 'early', '--practice');
		try {
			await shows(other, 'question');
			for (let { screen } = other.model(); screen.kind === 'question'; { screen } = other.model())
				other.act({ type: 'answer', value: screen.value });
			other.act({ type: 'on' });
			const early = await shows(other, 'checks', ({ running }) => running === 0);
			expect(early.waiting).toBeGreaterThan(3);
			expect(early.checks.map(({ id }) => id)).not.toContain('network-name');
			expect(early.canContinue).toBe(true);
		} finally {
			other.act({ type: 'interrupt' });
			await other.ended;
			await runWizard(['practice', '--stop', '--session', 'early', '--home', home]);
		}
	});

	it('looks up choices in the practice cloud', async () => {
		guide.act({ type: 'go', key: 'settings.cert_id' });
		const { lookup, value } = await shows(
			guide,
			'question',
			(screen) => screen.lookup?.state === 'found',
		);
		expect(lookup?.choices.map((choice) => choice.value)).toContain(value);
		guide.act({ type: 'answer', value });
	});

	it('asks only dependent questions again after going back from the plan', async () => {
		guide.act({ type: 'on' });
		const { plan } = await shows(guide, 'plan', ({ plan }) => plan.stack === 'network');
		expect(plan.resources.length).toBe(plan.counts.create);
		expect(plan.resources.every(({ attributes }) => attributes.length > 0)).toBe(true);
		guide.act({ type: 'not-now' });
		await shows(guide, 'review');
		guide.act({ type: 'go', key: 'target' });
		guide.act({ type: 'answer', value: 'ptfe-ami' });
		expect(guide.model().screen.kind).toBe('review');
		guide.act({ type: 'go', key: 'settings.fqdn' });
		guide.act({ type: 'answer', value: 'tfe.practice.example' });
		expect(guide.model().screen.kind).toBe('review');
	});

	it('resumes at the same question in a new process', async () => {
		guide.act({ type: 'go', key: 'state.s3.bucket' });
		guide.act({ type: 'interrupt' });
		expect(await guide.ended).toMatchObject({ exitCode: 130 });
		guide = newGuide('--session', 'practice');
		expect(await shows(guide, 'question')).toMatchObject({ key: 'state.s3.bucket' });
		const { value } = await shows(guide, 'question');
		guide.act({ type: 'answer', value });
		await shows(guide, 'review');
	});

	it('saves a plan as text and applies nothing unapproved', async () => {
		guide.act({ type: 'on' });
		const { plan } = await shows(guide, 'plan', (screen) => screen.plan.stack === 'network');
		guide.act({ type: 'save-plan' });
		const { savedAs = '' } = await shows(guide, 'plan', (screen) => screen.savedAs !== undefined);
		expect(readFileSync(savedAs, 'utf8')).toContain(plan.resources[0]?.address);
		rmSync(savedAs);
		guide.act({ type: 'interrupt' });
		expect(await guide.ended).toMatchObject({ exitCode: 130 });
	});
});
