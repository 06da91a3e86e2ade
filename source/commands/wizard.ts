import { createProblemsError } from '../engine/answers/answers-problem.ts';
import { checkAnswers } from '../engine/answers/check-answers.ts';
import { type ParsedAnswers, readAnswersFile } from '../engine/answers/parse-answers.ts';
import { WizardError } from '../engine/errors.ts';
import { runLineMode } from '../reporters/line-mode/line-mode.ts';
import { hideVariablesOfAnswers } from '../runs/hide-secret-variables.ts';
import { DEFAULT_SESSION } from '../runs/run-session.ts';
import { getTargetCatalogue } from '../targets/registry.ts';
import { WizardApp } from '../wizard/wizard-app.ts';
import type { WizardController } from '../wizard/wizard-model.ts';
import type { CommandContext } from './command-context.ts';
import { writeCommandLines } from './printed-commands.ts';
import { runWithAbortSignal } from './run-with-abort-signal.ts';
import { checkTemporaryDirectory } from './temporary-directory.ts';

/**
 * `tfe-wizard`: the guided installation, on screens or in line mode.
 *
 * @param eraseFirstFrame Erases the first frame.
 * @param onlySteps Runs only these steps of an installed session.
 */
export async function wizardCommand(
	context: CommandContext,
	eraseFirstFrame: () => void,
	onlySteps?: readonly string[],
): Promise<number> {
	const lines = inLines(context, process.env);
	if (!lines && !(process.stdin.isTTY && process.stdout.isTTY)) throw noTerminal();
	checkTemporaryDirectory();
	const file = context.flag('answers');
	const parsed = file === undefined ? undefined : await answersToBegin(file, context);
	const guide = new WizardApp(context, {
		session:
			context.flag('session') ??
			(parsed === undefined && onlySteps === undefined ? undefined : DEFAULT_SESSION),
		practice: context.on('practice'),
		...(parsed === undefined ? {} : { file: parsed }),
		...(onlySteps === undefined ? {} : { only: onlySteps }),
	});
	const interrupt = () => guide.act({ type: 'interrupt' });
	const quit = () => guide.quit();
	process.on('SIGINT', interrupt);
	for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, quit);
	try {
		await (lines ? runLineMode(guide, process) : onScreens(guide, eraseFirstFrame));
		const { exitCode, lines: printed } = await guide.ended;
		// Line mode has already printed the results; the next commands are enough.
		const left = lines ? printed.filter((line) => !line.startsWith('  ')) : printed;
		writeCommandLines(
			context,
			left.map((line) => context.secrets.mask(line)),
		);
		return exitCode;
	} finally {
		process.off('SIGINT', interrupt);
		for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, quit);
	}
}

/** The only place that loads React and Ink. */
async function onScreens(guide: WizardController, takeBack: () => void): Promise<void> {
	const { mountWizard } = await import('../../screens/mount-wizard.tsx');
	takeBack();
	await mountWizard(guide, process);
}

/** Whether line mode was requested, or the terminal cannot repaint. */
function inLines(context: CommandContext, environment: NodeJS.ProcessEnv): boolean {
	const { TFE_WIZARD_LINES, INK_SCREEN_READER, TERM } = environment;
	const on = (value: string | undefined) => value === '1' || value === 'true';
	return context.on('lines') || on(TFE_WIZARD_LINES) || on(INK_SCREEN_READER) || TERM === 'dumb';
}

function noTerminal(): WizardError {
	return new WizardError('usage', {
		message: 'The guided installation requires a terminal.',
		next: [
			'tfe-wizard install --answers FILE (no prompts)',
			'tfe-wizard practice (no prompts, no AWS account)',
			'tfe-wizard --lines (prompts line by line)',
		],
	});
}

/** @throws WizardError `answers` with every problem in the file. */
async function answersToBegin(file: string, context: CommandContext): Promise<ParsedAnswers> {
	const parsed = await runWithAbortSignal(context.streams, (signal) =>
		readAnswersFile(file, getTargetCatalogue, { signal }),
	);
	hideVariablesOfAnswers(parsed.answers);
	const session = context.flag('session') ?? 'default';
	const { problems, answers } = checkAnswers(parsed, parsed.catalogue, { session });
	if (problems.length > 0) throw createProblemsError(problems, file);
	return { ...parsed, answers };
}
