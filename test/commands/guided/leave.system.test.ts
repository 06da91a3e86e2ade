import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WizardGuide } from '../../../source/commands/guided/guide.ts';
import { parseAnswers } from '../../../source/engine/answers/parse.ts';
import type { Screen } from '../../../source/engine/guide/model.ts';
import { practiceAnswers } from '../../../source/practice/answers.ts';
import { seedPracticeCloud } from '../../../source/practice/seed.ts';
import { ptfeAmi } from '../../../source/targets/ptfe-ami/target.ts';
import { REGION, startCloud } from '../../e2e/helpers/cloud.ts';
import { answerAll, leave, openGuide, shows } from './support.ts';

// Every screen up to the review, left and found again. What the terminal shows of it, and the plan
// and the apply: test/e2e/guided-leave.test.ts.

let root: string;
let cloud: Awaited<ReturnType<typeof startCloud>>;

beforeAll(async () => {
	root = mkdtempSync(join(tmpdir(), 'guided-leave-'));
	cloud = await startCloud();
});
afterAll(async () => {
	await cloud?.stop();
	rmSync(root, { recursive: true, force: true });
});

const open = (home: string, session: string): WizardGuide =>
	openGuide(home, ['--practice', '--cloud', cloud.endpoint, '--session', session]);

/** The screen once nothing moves on it, without what differs from one look to the next. */
async function atRest(guide: WizardGuide): Promise<Screen> {
	await shows(guide, guide.model().screen.kind === 'busy' ? 'question' : guide.model().screen.kind);
	return guide.model().screen;
}
