import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAnswers } from '../../source/engine/answers/parse-answers.ts';
import { checkAnswers } from '../../source/engine/answers/resolve-and-check-answers.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import type { WizardApp, WizardAppOptions } from '../../source/wizard/wizard-app.ts';
import type { WizardViewModel } from '../../source/wizard/wizard-view-model.ts';
import { startTestCloud } from '../e2e/helpers/test-cloud.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { safetyDeadline } from '../helpers/wait-for.ts';
import { answerAll, leave, openGuide, placeOf, shows } from './support.ts';

// Every screen up to the review, left and found again. What a terminal shows of it, the plan and the
// apply: test/e2e/wizard-quit.test.ts.

const root = createTemporaryDirectory();
let cloud: Awaited<ReturnType<typeof startTestCloud>>;
let home: string;

beforeAll(async () => {
	home = join(root, 'home');
	mkdirSync(home);
	cloud = await startTestCloud();
});
afterAll(async () => {
	await cloud?.stop();
});

const open = (at: string, session: string, more: Partial<WizardAppOptions> = {}) =>
	openGuide(at, ['--practice', '--cloud', cloud.endpoint, '--session', session], more);

/** Resolves with what is shown once nothing moves on it, but for the times on it. */
async function atRest(guide: WizardApp) {
	const { promise, resolve, reject } = Promise.withResolvers<WizardViewModel>();
	const cancelDeadline = safetyDeadline(() =>
		reject(new Error(`never at rest: ${JSON.stringify(guide.model().screen).slice(0, 2000)}`)),
	);
	const look = () => {
		const model = guide.model();
		if (!moves(model)) resolve(model);
	};
	const stop = guide.subscribe(look);
	look();
	const { screen, header, stepper, answerSummary } = await promise.finally(() => {
		cancelDeadline();
		stop();
	});
	if (screen.kind !== 'checks') return { screen, header, stepper, answerSummary };
	const { since: _start, seconds: _time, ...timeless } = screen;
	// Those with the same result are in the order in which they ended.
	const checks = screen.checks.toSorted((a, b) => a.id.localeCompare(b.id));
	return { screen: { ...timeless, checks }, header, stepper, answerSummary };
}

function moves({ screen }: WizardViewModel): boolean {
	if (screen.kind === 'question') return screen.lookup?.state === 'looking';
	if (screen.kind === 'checks') return screen.running > 0;
	return !['details', 'review'].includes(screen.kind);
}

/** The session folder as a process that is killed now would leave it. */
function killedHome(name: string, session: string): string {
	const copy = join(root, name);
	cpSync(home, copy, { recursive: true });
	rmSync(join(copy, 'sessions', session, 'lock'));
	return copy;
}

it('shows the same screen again after ctrl-c and after a kill, at every screen to the review', async () => {
	const session = 'leaving';
	let guide = open(home, session);
	const places: string[] = [];
	for (;;) {
		expect(places.length).toBeLessThan(40);
		const shown = await atRest(guide);
		const place = shown.screen.kind === 'review' ? 'review' : placeOf(guide.model().screen);
		places.push(place);

		const copy = killedHome(`killed-${places.length}`, session);
		const afterKill = open(copy, session);
		expect(await atRest(afterKill), `killed at ${place}`).toEqual(shown);
		await leave(afterKill);
		rmSync(copy, { recursive: true });

		expect(await leave(guide), place).toBe(130);
		guide = open(home, session);
		expect(await atRest(guide), `left at ${place}`).toEqual(shown);

		const { screen } = guide.model();
		if (screen.kind === 'review') break;
		guide.act(
			screen.kind === 'question' ? { type: 'answer', value: screen.value } : { type: 'on' },
		);
	}
	expect(new Set(places).size).toBe(places.length);
	expect(places.length).toBeGreaterThan(25);
	for (const kind of [/\+$/, /!$/, /^settings\./, /^review$/])
		expect(places).toContainEqual(expect.stringMatching(kind));
	await leave(guide);
});

it('asks again only what depends on the region when the region changes', async () => {
	const guide = open(home, 'region');
	await shows(guide, 'question');
	await answerAll(guide);
	const confirmed = () =>
		guide
			.model()
			.answerSummary.flatMap(({ lines }) => lines)
			.flatMap((line) => (line.confirmed ? [line.key] : []));
	const before = confirmed();
	guide.act({ type: 'go', key: 'region' });
	const { value } = await shows(guide, 'question');
	guide.act({ type: 'answer', value: value === 'us-east-1' ? 'us-east-2' : 'us-east-1' });
	const again = before.filter((key) => !confirmed().includes(key));
	expect(again).toEqual(expect.arrayContaining(['settings.cert_id', 'settings.ami_id']));
	for (const key of ['target', 'account', 'region', 'settings.fqdn', 'instance', 'backup'])
		expect(again).not.toContain(key);
	expect(guide.model().screen.kind).not.toBe('review');
	expect(await leave(guide)).toBe(130);
});

it('leaves to a person only the steps that an answers file names', async () => {
	const file = join(home, 'sessions/region/answers.yaml');
	const { catalogue } = getTargetOrDefault('ptfe-ami');
	const parsed = parseAnswers(
		`${readFileSync(file, 'utf8')}ask: [settings]\n`,
		'ask.yaml',
		catalogue,
	);
	const { problems, answers } = checkAnswers(parsed, catalogue, { session: 'asked' });
	expect(problems).toEqual([]);
	const guide = open(home, 'asked', { file: { ...parsed, answers } });
	await atRest(guide);
	const places = await answerAll(guide);
	const questions = places.filter((place) => !/[+!]$/.test(place));
	expect(questions[0]).toBe('settings.fqdn');
	expect(questions).toHaveLength(7);
	for (const key of questions) expect(key).toMatch(/^settings\./);
	expect(await leave(guide)).toBe(130);
});
