import { createProblemsError } from '../engine/answers/answers-problem.ts';
import { type ParsedAnswers, readAnswersFile } from '../engine/answers/parse-answers.ts';
import { checkAnswers } from '../engine/answers/resolve-and-check-answers.ts';
import { WizardError } from '../engine/errors.ts';
import { STANDARD_INPUT } from '../engine/input-file.ts';
import { runLineMode } from '../reporters/line-mode/line-mode.ts';
import { DEFAULT_PRACTICE_SESSION } from '../runs/directories.ts';
import { excludeAnswerVariablesFromChildren } from '../runs/load-answers.ts';
import { getTargetCatalogue } from '../targets/registry.ts';
import { WizardApp } from '../wizard/wizard-app.ts';
import type { WizardController } from '../wizard/wizard-view-model.ts';
import { checkTemporaryDirectory } from './check-temporary-directory.ts';
import { type CommandContext, writeLinesWithHomeFlag } from './command-context.ts';
import { handleSignals, runWithAbortSignal } from './interruptible-runs.ts';

/**
 * `tfe-wizard`: the guided installation, on screens or in line mode.
 *
 * @param onlySteps Runs only these steps of an installed session.
 */
export async function wizardCommand(
	context: CommandContext,
	onlySteps?: readonly string[],
): Promise<number> {
	const lines = usesLineMode(context, process.env);
	if (!lines && !(process.stdin.isTTY && process.stdout.isTTY)) throw createNoTerminalError();
	checkTemporaryDirectory();
	const file = context.flag('answers');
	if (file === STANDARD_INPUT) throw createTerminalNeededError();
	const session = getWizardSessionName(context);
	const parsed = file === undefined ? undefined : await readCheckedAnswers(file, session, context);
	const guide = new WizardApp(context, {
		session: parsed === undefined && onlySteps === undefined ? context.flag('session') : session,
		practice: context.on('practice'),
		file: parsed,
		only: onlySteps,
	});
	const ignoreInterrupts = handleSignals(() => guide.act({ type: 'interrupt' }), ['SIGINT']);
	const ignoreQuitSignals = handleSignals(() => guide.quit(), ['SIGTERM', 'SIGHUP']);
	try {
		await (lines ? runLineMode(guide, process) : runScreens(guide, context.eraseFirstFrame));
		const { exitCode, lines: printed } = await guide.ended;
		// Line mode has already printed the results; the next commands are enough.
		const left = lines ? printed.filter((line) => !line.startsWith('  ')) : printed;
		writeLinesWithHomeFlag(
			context,
			left.map((line) => context.secrets.mask(line)),
		);
		return exitCode;
	} finally {
		ignoreInterrupts();
		ignoreQuitSignals();
	}
}

/** The session of a run that does not let the operator select one: --session, or the default. */
export function getWizardSessionName({
	flag,
	on,
	session,
}: Pick<CommandContext, 'flag' | 'on' | 'session'>): string {
	return flag('session') ?? (on('practice') ? DEFAULT_PRACTICE_SESSION : session);
}

/** The only place that loads React and Ink. */
async function runScreens(guide: WizardController, eraseFirstFrame: () => void): Promise<void> {
	const { runInkWizard } = await import('../../screens/run-ink-wizard.tsx');
	eraseFirstFrame();
	await runInkWizard(guide, process);
}

/** Whether line mode was requested, or the terminal cannot repaint. */
function usesLineMode(context: CommandContext, environment: NodeJS.ProcessEnv): boolean {
	const { TFE_WIZARD_LINES, INK_SCREEN_READER, TERM } = environment;
	const on = (value: string | undefined) => value === '1' || value === 'true';
	return context.on('lines') || on(TFE_WIZARD_LINES) || on(INK_SCREEN_READER) || TERM === 'dumb';
}

function createNoTerminalError(): WizardError {
	return new WizardError('usage', {
		message: 'The guided installation requires a terminal.',
		next: [
			'tfe-wizard install --answers FILE (no prompts)',
			'tfe-wizard practice (no prompts, no AWS account)',
			'tfe-wizard --lines (prompts line by line)',
		],
	});
}

const createTerminalNeededError = (): WizardError =>
	new WizardError('usage', {
		message:
			'The guided installation reads keys from standard input, so it cannot read the answers from there (--answers -).',
		expected: 'the path of an answers file',
		next: ['tfe-wizard install --answers - (no prompts)', 'tfe-wizard --answers FILE'],
	});

/** @throws WizardError `answers` with every problem in the file. */
async function readCheckedAnswers(
	file: string,
	session: string,
	context: CommandContext,
): Promise<ParsedAnswers> {
	const parsed = await runWithAbortSignal(context, (signal) =>
		readAnswersFile(file, getTargetCatalogue, { signal }),
	);
	excludeAnswerVariablesFromChildren(parsed.answers);
	const { problems, answers } = checkAnswers(parsed, parsed.catalogue, { session });
	if (problems.length > 0) throw createProblemsError(problems, file);
	return { ...parsed, answers };
}
