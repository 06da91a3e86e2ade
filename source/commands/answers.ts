import { createAnswersJsonSchema } from '../engine/answers/answers-json-schema.ts';
import {
	type AnswersProblem,
	createProblemsError,
	formatProblem,
	MissingAnswersError,
	sortProblemsByPosition,
} from '../engine/answers/answers-problem.ts';
import { createAnswersTemplate } from '../engine/answers/answers-template.ts';
import { findLocalReferenceProblems } from '../engine/answers/find-local-reference-problems.ts';
import { findSecretsInAnswers } from '../engine/answers/find-secrets-in-answers.ts';
import { type ParsedAnswers, readAnswersFile } from '../engine/answers/parse-answers.ts';
import { checkAnswers, type ResolvedAnswers } from '../engine/answers/resolve-and-check-answers.ts';
import { resolveAndRegisterSecrets } from '../engine/answers/resolve-secret-reference.ts';
import { getInitialEnvironment } from '../engine/child-environment.ts';
import { errorCodes, WizardError } from '../engine/errors.ts';
import {
	formatByteSize,
	formatInputFileName,
	readInputFileText,
	STANDARD_INPUT,
} from '../engine/input-file.ts';
import { limits } from '../engine/limits.ts';
import type { Answers } from '../engine/question.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import { writeDocument, writeJson, writeLines } from '../reporters/output.ts';
import { formatSessionAnswersFile } from '../runs/export-answers.ts';
import { readSession } from '../runs/read-session.ts';
import {
	defaultTarget,
	getSessionTarget,
	getTargetCatalogue,
	getTargetOrDefault,
	targets,
} from '../targets/registry.ts';
import type { Target } from '../targets/target.ts';
import { type CommandContext, writeLinesWithHomeFlag } from './command-context.ts';
import { runWithAbortSignal } from './interruptible-runs.ts';

// Commands for the answers file; none of them accesses AWS.

/** `tfe-wizard answers template` */
export async function answersTemplateCommand({ streams, on }: CommandContext): Promise<number> {
	writeDocument(streams.out, createAnswersTemplate(defaultTarget.catalogue, { full: on('full') }));
	return 0;
}

/** `tfe-wizard answers schema` */
export async function answersSchemaCommand({ streams }: CommandContext): Promise<number> {
	writeJson(streams.out, createAnswersJsonSchema(defaultTarget.catalogue), 2);
	return 0;
}

/** `tfe-wizard answers check` */
export const answersCheckCommand = (context: CommandContext): Promise<number> =>
	runWithAbortSignal(context, (signal) => check(context, signal));

async function check(context: CommandContext, signal: AbortSignal): Promise<number> {
	const { streams, json, session } = context;
	const [file = ''] = context.operands;
	const parsed = await readAnswersFile(file, getTargetCatalogue, { signal });
	const { catalogue } = parsed;
	const { problems: broken, resolved } = checkAnswers(parsed, catalogue, { session });
	const { missing } = resolved;
	const local = context.on('skip-local-checks')
		? []
		: await findLocalReferenceProblems(pickGivenAnswers(resolved), {
				...{ catalogue, places: parsed.places, baseFolder: parsed.baseFolder, signal },
				environment: getInitialEnvironment(),
			});
	const secret = await secretProblems(context, resolved.answers, parsed);
	const problems = sortProblemsByPosition([...broken, ...local, ...secret]);
	const ok = problems.length === 0 && missing.length === 0;
	if (json) {
		writeJson(streams.out, { v: 1, file: parsed.file, ok, problems, missing });
		return ok ? 0 : errorCodes.answers.exitCode;
	}
	if (problems.length > 0)
		throw createProblemsError(problems, file).with({
			details: missing.map(({ key, label }) => `missing: ${key}  ${label}`),
			next: local.length === 0 ? [] : [createSkipLocalChecksStep(file)],
		});
	if (missing.length > 0) throw new MissingAnswersError(missing, file);
	const counts = Object.values(resolved.sources);
	const of = (source: string) => counts.filter((one) => one === source).length;
	writeLinesWithHomeFlag(context, [
		`${parsed.file} is complete: ${of('file')} answers given, ${of('derived')} derived, ${of('default')} defaults.`,
		`next  tfe-wizard install --answers ${file === STANDARD_INPUT ? 'FILE' : quoteShellWord(file)}`,
	]);
	return 0;
}

/** The answers in the file; defaults are checked by preflight on the computer that installs. */
function pickGivenAnswers({ answers, sources }: ResolvedAnswers): Answers {
	return Object.fromEntries(Object.entries(answers).filter(([key]) => sources[key] === 'file'));
}

const createSkipLocalChecksStep = (file: string): string =>
	`If the installation runs on another computer: tfe-wizard answers check --skip-local-checks ${quoteShellWord(file)}`;

/** Finds answers that contain a secret. Runs no secret commands, because a check must not prompt. */
async function secretProblems(
	{ secrets }: CommandContext,
	answers: Answers,
	{ baseFolder, places, catalogue }: ParsedAnswers,
): Promise<AnswersProblem[]> {
	const around = { catalogue, baseFolder, environment: getInitialEnvironment(), registry: secrets };
	await resolveAndRegisterSecrets(answers, { ...around, commands: false });
	const { fixedNames } = getTargetOrDefault(catalogue.target);
	const names = { 'the path of the answers file': baseFolder, ...fixedNames };
	return findSecretsInAnswers(answers, secrets, names).map(({ key, message }) => ({
		place: places.get(key),
		key,
		message,
	}));
}

/** `tfe-wizard answers export` */
export async function answersExportCommand({
	home,
	session: name,
	streams,
}: CommandContext): Promise<number> {
	const record = readSession(home, name);
	if (Object.keys(record.answers).length === 0) {
		throw new WizardError('usage', {
			message: `Session ${name} has no answers yet.`,
			next: ['tfe-wizard answers template'],
		});
	}
	writeDocument(streams.out, formatSessionAnswersFile(record, getSessionTarget(record).catalogue));
	return 0;
}

/** `tfe-wizard answers import` */
export const answersImportCommand = (context: CommandContext): Promise<number> =>
	runWithAbortSignal(context, (signal) => importFile(context, signal));

async function importFile(context: CommandContext, signal: AbortSignal): Promise<number> {
	const [path = ''] = context.operands;
	const file = formatInputFileName(path);
	const target = importingTarget();
	const text = await readInputFileText(path, {
		what: 'the tfvars file',
		mostBytes: limits.tfvarsBytes,
		expected: `a terraform.tfvars file of the 2018 modules, at most ${formatByteSize(limits.tfvarsBytes)}`,
		fault: 'usage',
		signal,
	});
	const { answers, notes, problems } = target.importVariables(text, file);
	const { err, out } = context.streams;
	if (problems.length > 0) {
		throw new WizardError('answers', {
			message: `${file} has ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}; nothing was imported.`,
			place: problems[0]?.place,
			details: problems.map(({ place, name, text }) =>
				formatProblem({ place, key: name ?? '', message: text }),
			),
			next: [
				path === STANDARD_INPUT
					? 'Fix the variables, then run the same command again.'
					: `Fix ${file}, then run: tfe-wizard answers import ${quoteShellWord(file)}`,
			],
		});
	}
	for (const { line, name, what, text } of notes.filter(({ what }) => what !== 'carried')) {
		writeLines(err, [`${line > 0 ? `${file}:${line}` : file}  ${name}  ${what}: ${text}`]);
	}
	writeDocument(out, createAnswersTemplate(target.catalogue, { given: answers }));
	return 0;
}

/** The target whose module variables `answers import` reads. */
function importingTarget(): Target & Required<Pick<Target, 'importVariables'>> {
	const found = targets.find(({ importVariables }) => importVariables !== undefined);
	if (found?.importVariables === undefined) throw new Error('no target imports variables');
	return { ...found, importVariables: found.importVariables };
}
