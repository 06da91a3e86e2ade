import { checkAnswers } from '../engine/answers/check.ts';
import { type ParsedAnswers, readAnswersFile } from '../engine/answers/parse.ts';
import { problemsError } from '../engine/answers/problem.ts';
import { WizardError } from '../engine/errors.ts';
import type { Guide } from '../engine/guide/model.ts';
import { spokenFrontEnd } from '../headless/spoken/front-end.ts';
import { catalogueFor } from '../targets/registry.ts';
import type { CommandContext } from './context.ts';
import { WizardGuide } from './guided/guide.ts';
import { hideSecretsIn } from './hidden-variables.ts';
import { DEFAULT_SESSION } from './install.ts';
import { interruptible } from './interruptible.ts';
import { writeCommandLines } from './printed-commands.ts';
import { checkTemporaryFolder } from './temporary-folder.ts';

/**
 * `tfe-wizard`: the guided installation, on screens or in line mode.
 *
 * @param takeBack Erases the first frame.
 * @param only Runs only these steps of an installed session.
 */
export async function wizardCommand(
	context: CommandContext,
	takeBack: () => void,
	only?: readonly string[],
): Promise<number> {
	const lines = inLines(context, process.env);
	if (!lines && !(process.stdin.isTTY && process.stdout.isTTY)) throw noTerminal();
	checkTemporaryFolder();
	const file = context.flag('answers');
	const parsed = file === undefined ? undefined : await answersToBegin(file, context);
	const guide = new WizardGuide(context, {
		session:
			context.flag('session') ??
			(parsed === undefined && only === undefined ? undefined : DEFAULT_SESSION),
		practice: context.on('practice'),
		...(parsed === undefined ? {} : { file: parsed }),
		...(only === undefined ? {} : { only }),
	});
	const interrupt = () => guide.act({ type: 'interrupt' });
	const quit = () => guide.quit();
	process.on('SIGINT', interrupt);
	for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, quit);
	try {
		await (lines ? spokenFrontEnd(guide, process) : onScreens(guide, takeBack));
		const { exitCode, parting } = await guide.ended;
		// Line mode has already printed the results; the next commands are enough.
		const left = lines ? parting.filter((line) => !line.startsWith('  ')) : parting;
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
async function onScreens(guide: Guide, takeBack: () => void): Promise<void> {
	const { mountWizard } = await import('../../screens/mount.tsx');
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
	const parsed = await interruptible(context.streams, (signal) =>
		readAnswersFile(file, catalogueFor, { signal }),
	);
	hideSecretsIn(parsed.answers);
	const session = context.flag('session') ?? 'default';
	const { problems, answers } = checkAnswers(parsed, parsed.catalogue, { session });
	if (problems.length > 0) throw problemsError(problems, file);
	return { ...parsed, answers };
}
