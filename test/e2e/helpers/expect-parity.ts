import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readAnswersFile } from '../../../source/engine/answers/parse-answers.ts';
import type { Answers } from '../../../source/engine/question.ts';
import { getTargetOrDefault } from '../../../source/targets/registry.ts';
import { type ComparedInstallation, expectSameWorkspace } from './compare-installations.ts';
import { type InterviewScenario, runToFirstPlan } from './run-to-plan.ts';
import { runWizard } from './run-wizard.ts';
import { type PlanJson, readPlan } from './terraform-cli.ts';

export interface ParityScenario extends InterviewScenario {
	/** The stack of the first plan. */
	stack: 'network' | 'access' | 'install';
	/** What differs in the end from what the practice cloud suggests; undefined: not asked. */
	expectedAnswers: Answers;
}

/** Where both sides are told: a cloud they share, and a home of each. */
export interface ParityHomes {
	endpoint: string;
	wizardHome: string;
	unattendedHome: string;
}

/** Arguments of a headless practice run. */
export const formatPracticeArguments = (
	{ endpoint }: Pick<ParityHomes, 'endpoint'>,
	home: string,
	session: string,
	...more: string[]
): string[] => [
	...['practice', '--cloud', endpoint, '--home', home, '--session', session],
	...['--output', 'json', ...more],
];

/** Answers on screens, exports, replays without a person, and compares what would be made. */
export async function expectParity(stage: ParityHomes, story: ParityScenario): Promise<void> {
	const { session, stack, env = {} } = story;
	const [here, there] = [
		describeInstallation(stage.wizardHome, session),
		describeInstallation(stage.unattendedHome, session),
	];
	let shown: PlanJson | undefined;
	await runToFirstPlan(stage.wizardHome, stage.endpoint, story, async () => {
		shown = await planOf(stack, here);
	});
	const exported = await runWizard([
		'answers',
		'export',
		'--session',
		session,
		'--home',
		stage.wizardHome,
	]);
	expect(exported).toMatchObject({ code: 0, err: '' });
	const file = join(stage.unattendedHome, `${session}.yaml`);
	writeFileSync(file, exported.out);
	await expectExported(file, join(here.folder, 'answers.yaml'), story.expectedAnswers);

	const more = ['--answers', file, '--approve', 'none'];
	const refused = await runWizard(
		formatPracticeArguments(stage, stage.unattendedHome, session, ...more),
		{ env },
	);
	expect(refused.events.at(-1)).toMatchObject({ fault: 'refused', exitCode: 6 });
	expect(shown?.resource_changes.length).toBeGreaterThan(5);
	expect(replaceTimes(await planOf(stack, there))).toEqual(replaceTimes(shown));
	expectSameWorkspace(stack, here, there);
}

const describeInstallation = (home: string, session: string): ComparedInstallation => {
	const folder = join(home, 'sessions', session);
	return { folder, plans: join(folder, 'plans'), names: new Map() };
};

const planOf = (stack: string, { folder, plans }: ComparedInstallation) =>
	readPlan(join(folder, 'workspace', stack), join(plans, `${stack}.tfplan`));

/** The name of the database's last snapshot has the time of the plan in it. */
const replaceTimes = (plan: unknown): unknown =>
	JSON.parse(JSON.stringify(plan).replaceAll(/-final-\d{14}/g, '-final-TIME'));

/** What was typed is in the file, and what was suggested otherwise. */
async function expectExported(file: string, suggested: string, typed: Answers): Promise<void> {
	const answersIn = async (path: string) =>
		(await readAnswersFile(path, getTargetOrDefault('ptfe-ami').catalogue)).answers;
	const given = await answersIn(file);
	const wanted = Object.entries({ ...(await answersIn(suggested)), ...typed });
	for (const [key, value] of wanted) {
		if (value === undefined) expect(given).not.toHaveProperty([key]);
		else expect(given[key], key).toEqual(value);
	}
}
