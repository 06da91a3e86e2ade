import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';
import chalk from 'chalk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectToFit, renderScreen, unmountAll } from '../helpers/render-screen.tsx';
import { renderSvgScreenshot } from '../helpers/svg-screenshot.ts';
import { getTerminalCells } from '../helpers/terminal-cells.ts';
import { MODEL_TIME, screenModels } from './screen-models.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'docs/pictures');
const renew = 'UPDATE_PICTURES=1 vitest run --project unit test/screens/pictures.test.tsx';

const usual = { columns: 80, rows: 24 };
const wide = { columns: 120, rows: 40 };

/** By file name: the model shown, the terminal size and the keys pressed first. */
const pictures: Readonly<
	Record<string, { model: string; columns: number; rows: number; keys?: readonly string[] }>
> = {
	welcome: { model: 'welcomeResume', ...usual },
	question: { model: 'questionVariant', ...usual },
	'question-refused': { model: 'questionTextProblem', ...usual },
	'question-lookup': { model: 'questionLookup', ...usual },
	'question-secret': { model: 'questionSecret', ...usual },
	'question-wide': { model: 'questionLookup', ...wide },
	details: { model: 'details', ...usual },
	checks: { model: 'checksBad', ...usual },
	review: { model: 'review', ...usual },
	plan: { model: 'plan', ...usual },
	'plan-destroys': { model: 'planDestroys', ...usual },
	'ceremony-agree': { model: 'ceremonyAgree', ...usual },
	'ceremony-reveal': { model: 'ceremonyReveal', ...usual, keys: ['space'] },
	'ceremony-give-share': { model: 'ceremonyGiveShare', ...usual, keys: ['a1b2c3d4'] },
	progress: { model: 'progress', ...usual },
	'progress-wide': { model: 'progress', ...wide },
	stop: { model: 'stopHard', ...usual },
	failure: { model: 'failureRefused', ...usual },
	done: { model: 'done', ...usual },
};

// Ink colors text with this instance of chalk, which is shared by all test files of a worker.
const level = chalk.level;
beforeAll(() => {
	chalk.level = 3;
});
afterAll(() => {
	chalk.level = level;
});
afterEach(unmountAll);

async function drawn(name: string): Promise<string> {
	const { model: named = '', columns = 80, rows = 24, keys = [] } = pictures[name] ?? {};
	const model = screenModels[named];
	if (model === undefined) throw new Error(`there is no model ${named}`);
	const screen = await renderScreen(model, { columns, rows, now: MODEL_TIME });
	await screen.press(...keys);
	expectToFit(screen.frame(), columns, rows);
	const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
	// What is painted past Ink covers its frame.
	const shown = [screen.coloured().join('\r\n'), ...screen.stdout.painted].join('');
	await new Promise<void>((done) => terminal.write(shown, done));
	return renderSvgScreenshot(getTerminalCells(terminal), 'tfe-wizard');
}

describe('pictures of the screens', () => {
	it.each(Object.keys(pictures))('%s is up to date', async (name) => {
		const svg = await drawn(name);
		const path = join(folder, `${name}.svg`);
		if (process.env.UPDATE_PICTURES === '1') {
			mkdirSync(folder, { recursive: true });
			writeFileSync(path, svg);
		}
		expect(there(path) === svg, `${path} is out of date; update it:\n  ${renew}`).toBe(true);
	});

	it('use color and are reproducible', async () => {
		const svg = await drawn('checks');
		expect(svg).toContain('fill:#');
		expect(await drawn('checks')).toBe(svg);
	});

	it('all belong to an existing screen', () => {
		const strays = readdirSync(folder).filter((file) => !(file.replace(/\.svg$/, '') in pictures));
		expect(strays, 'pictures without a screen').toEqual([]);
	});

	it('are shown in README.md', () => {
		const readme = readFileSync(join(root, 'README.md'), 'utf8');
		const shown = [...readme.matchAll(/docs\/pictures\/([\w-]+)\.svg/g)].map(([, name]) => name);
		expect(shown.length, 'README.md shows no picture').toBeGreaterThan(0);
		expect(shown.filter((name = '') => !(name in pictures))).toEqual([]);
	});
});

function there(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return undefined;
	}
}
