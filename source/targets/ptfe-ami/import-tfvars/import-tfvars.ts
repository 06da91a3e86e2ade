import { findClosestMatch } from '../../../engine/closest-match.ts';
import type { Answers, Question } from '../../../engine/question.ts';
import { networkQuestions } from '../../../steps/network/questions.ts';
import { preflightQuestions } from '../../../steps/preflight/questions.ts';
import { parseArn } from '../../../steps/rules/arns-regions-tags.ts';
import type { ImportedVariables } from '../../target.ts';
import { settingsQuestions } from '../settings/questions.ts';
import {
	parseTfvars,
	type TextPosition,
	type TfvarsAssignment,
	type TfvarsValue,
} from './parse-tfvars.ts';
import {
	changedDefaultNotes,
	droppedVariables,
	knownVariableNames,
	passwordVariable,
	type VariableMapping,
	variableMappings,
} from './variable-mappings.ts';

/**
 * The import outcome of a 2018 variable. `changed` is only for changed values; `check` is an unchanged
 * value with a note, `default` a variable that is not in the file, and `derived` another answer.
 */
type ImportOutcome =
	| 'carried'
	| 'renamed'
	| 'check'
	| 'changed'
	| 'default'
	| 'derived'
	| 'dropped'
	| 'secret'
	| 'unknown';

/** The import result of one variable. Never quotes a secret. */
type ImportNote = ImportedVariables['notes'][number] & { what: ImportOutcome };

/**
 * Converts a terraform.tfvars file from 2018 to answers. The database password is not copied: its
 * answer is a reference to an environment variable. Unknown variables are reported and not copied,
 * because Terraform ignored them too. Values that the current rules reject are reported as problems.
 */
export function importTfvars(text: string, fileName: string): ImportedVariables {
	const answers: Record<string, unknown> = {};
	const notes: ImportNote[] = [];
	const problems: ImportedVariables['problems'][number][] = [];
	const sources: Sources = new Map();
	const complain: Complain = (at, text, name) =>
		problems.push({ place: { file: fileName, ...at }, name, text });

	const read = parseTfvars(text);
	for (const { at, text } of read.problems) complain(at, text);
	for (const assignment of read.assignments) {
		const { name, at } = assignment;
		const known = variableMappings.get(name);
		if (known !== undefined) {
			if (sources.has(known.key) && sources.get(known.key)?.name !== name) {
				complain(at, `sets ${known.key}, which ${sources.get(known.key)?.name} also sets`, name);
			}
			const outcome = convertAssignment(assignment, known);
			if ('wrong' in outcome) complain(at, outcome.wrong, name);
			else {
				answers[known.key] = outcome.value;
				notes.push(outcome.note);
				sources.set(known.key, { name, at });
			}
		} else if (name === passwordVariable.name) {
			answers['settings.db_password'] = { env: passwordVariable.environment };
			notes.push(createPasswordNote(at.line));
		} else if (Object.hasOwn(droppedVariables, name)) {
			notes.push({ line: at.line, name, what: 'dropped', text: droppedVariables[name] ?? '' });
		} else {
			const near = findClosestMatch(name, knownVariableNames);
			const hint = near === undefined ? '' : `; did you mean ${near}?`;
			const text = `not imported, because it is not a variable of the 2018 modules${hint}`;
			notes.push({ line: at.line, name, what: 'unknown', text });
		}
	}

	selectNetworkVariant(answers, sources, complain);
	dropInapplicableAnswers(answers, sources, notes);
	for (const [key, { name, at }] of sources) {
		if (!(key in answers)) continue;
		const { itemsAs } = variableMappings.get(name) ?? {};
		const value = answers[key];
		const parts = itemsAs !== undefined && Array.isArray(value) ? value : [value];
		for (const part of parts) {
			const wrong = findValueProblem(itemsAs ?? key, part);
			if (wrong !== undefined) complain(at, wrong, name);
		}
	}
	deriveAccount(answers, sources, notes);
	addChangedDefaultNotes(read.assignments, notes);
	notes.sort((a, b) => (a.line || Number.MAX_VALUE) - (b.line || Number.MAX_VALUE));
	problems.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
	return { answers, notes, problems };
}

function convertAssignment(
	{ name, value, at }: TfvarsAssignment,
	{ key, note, adapt }: VariableMapping,
) {
	const converted = convertTfvarsValue(value, findQuestion(key)?.kind);
	if ('wrong' in converted) return converted;
	const adapted = adapt?.(converted.value);
	const said = adapted?.note ?? note;
	const renamed = key.split('.').at(-1) !== name;
	const what: ImportOutcome =
		adapted?.value !== undefined
			? 'changed'
			: said !== undefined
				? 'check'
				: renamed
					? 'renamed'
					: 'carried';
	const text = `${renamed || what === 'changed' ? 'now' : 'imported as'} ${key}`;
	return {
		value: adapted?.value ?? converted.value,
		note: { line: at.line, name, what, key, text: said === undefined ? text : `${text}: ${said}` },
	};
}

function createPasswordNote(line: number): ImportNote {
	const { name, environment } = passwordVariable;
	return {
		line,
		name,
		what: 'secret',
		key: 'settings.db_password',
		text: `not copied: set ${environment} in the environment before installing, and remove the password from this file`,
	};
}

type Complain = (at: TextPosition, text: string, name?: string) => void;
type Sources = Map<string, { name: string; at: TextPosition }>;

/** Selects a new or an existing network; in 2018 these were two separate files. */
function selectNetworkVariant(
	answers: Record<string, unknown>,
	sources: Sources,
	complain: Complain,
) {
	const existing = [...sources.keys()].filter((key) => key.startsWith('network.existing.'));
	const created = [...sources.keys()].filter((key) => key.startsWith('network.create.'));
	if (existing.length > 0) answers.network = 'existing';
	else if (created.length > 0) answers.network = 'create';
	if (existing.length === 0) return;
	for (const key of created) {
		delete answers[key];
		const source = sources.get(key);
		if (source !== undefined) {
			complain(
				source.at,
				'describes a new VPC, but the file also specifies existing subnets',
				source.name,
			);
		}
	}
}

/** Drops values of settings that do not apply, because they would be rejected. */
function dropInapplicableAnswers(
	answers: Record<string, unknown>,
	sources: Sources,
	notes: ImportNote[],
) {
	for (const key of findInapplicableKeys(answers as Answers)) {
		const name = sources.get(key)?.name;
		const note = notes.find((one) => one.key === key && one.name === name);
		delete answers[key];
		if (note === undefined) continue;
		note.what = 'dropped';
		note.text = `does not apply: used only ${findQuestion(key)?.asked ?? 'in other cases'}`;
		delete note.key;
	}
}

/** A load balancer accepts only certificates of its own account, so the ARN contains the account. */
function deriveAccount(answers: Record<string, unknown>, sources: Sources, notes: ImportNote[]) {
	const account = parseArn(String(answers['settings.cert_id'] ?? ''))?.account ?? '';
	if (!/^\d{12}$/.test(account)) return;
	answers.account = account;
	notes.push({
		line: sources.get('settings.cert_id')?.at.line ?? 0,
		name: 'cert_id',
		what: 'derived',
		key: 'account',
		text: `account ${account} is taken from the ARN of the certificate`,
	});
}

function addChangedDefaultNotes(assignments: readonly TfvarsAssignment[], notes: ImportNote[]) {
	if (!assignments.some(({ name }) => name === 'fqdn')) return;
	// A variable may have several names for the same answer.
	const getKey = (name: string) => variableMappings.get(name)?.key ?? name;
	const keys = assignments.map(({ name }) => getKey(name));
	for (const { name, text } of changedDefaultNotes)
		if (!keys.includes(getKey(name))) notes.push({ line: 0, name, what: 'default', text });
}

type ConversionResult = { value: string | string[] | boolean | number } | { wrong: string };

/**
 * Converts a value to the type of the current question. Terraform 0.9 to 0.11 had no booleans and
 * converted numbers to strings, so 2018 files contain `"true"`, `1` and `"80"`.
 */
function convertTfvarsValue(value: TfvarsValue, kind: Question['kind'] = 'text'): ConversionResult {
	if (kind === 'list') return toList(value);
	if (kind === 'yesno') return toFlag(value);
	if (kind === 'number') return toNumber(value);
	return typeof value === 'string' || typeof value === 'number'
		? { value: String(value) }
		: { wrong: 'is not a string in double quotes' };
}

function toList(value: TfvarsValue): ConversionResult {
	const items = Array.isArray(value) ? value : [value];
	const texts = items.filter((item) => typeof item === 'string');
	if (texts.length !== items.length) return { wrong: 'is not a list of strings in double quotes' };
	// Some list variables were single strings, possibly empty, in earlier releases.
	return { value: Array.isArray(value) ? texts : texts.filter((text) => text !== '') };
}

function toFlag(value: TfvarsValue): ConversionResult {
	const word = String(value).toLowerCase();
	if (['true', '1'].includes(word)) return { value: true };
	if (['false', '0', ''].includes(word)) return { value: false };
	return { wrong: 'is neither true nor false' };
}

function toNumber(value: TfvarsValue): ConversionResult {
	const number = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
	return typeof number === 'number' && Number.isInteger(number)
		? { value: number }
		: { wrong: 'is not a whole number' };
}

const questions: readonly Question[] = [
	...preflightQuestions,
	...networkQuestions,
	...settingsQuestions,
];

function findQuestion(key: string): Question | undefined {
	return questions.find((question) => question.key === key);
}

/** Answers whose question would not be asked, considering defaults. */
function findInapplicableKeys(answers: Answers): string[] {
	const defaults = questions.flatMap((question): [string, unknown][] =>
		question.default === undefined ? [] : [[question.key, question.default]],
	);
	const all: Answers = { ...Object.fromEntries(defaults), ...answers };
	return Object.keys(answers).filter((key) => findQuestion(key)?.when?.(all) === false);
}

/** The problem of a value with the current rule; undefined if it is valid. */
function findValueProblem(key: string, value: unknown): string | undefined {
	const question = findQuestion(key);
	if (question?.options !== undefined && question.kind === 'choice') {
		const fits = question.options.some((option) => option.value === value);
		return fits
			? undefined
			: `is not one of ${question.options.map((one) => `"${one.value}"`).join(', ')}`;
	}
	const result = question?.schema?.safeParse(value);
	if (result === undefined || result.success) return undefined;
	const words = result.error.issues.map(({ message }) => message).join('; ');
	return question?.rule === undefined ? words : `${words} (${question.rule})`;
}
