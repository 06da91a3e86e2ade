import { findClosestMatch } from '../../../engine/closest-match.ts';
import type { Answers } from '../../../engine/question.ts';
import { parseArn } from '../../../steps/rules/arns.ts';
import { convertTfvarsValue } from './convert-value.ts';
import { findInapplicableKeys, findQuestion, findValueProblem } from './question-lookup.ts';
import { readTfvars } from './read-tfvars.ts';
import type { TfvarsAssignment } from './read-values.ts';
import type { TextPosition } from './text-cursor.ts';
import {
	changedDefaultNotes,
	droppedVariables,
	type ImportOutcome,
	knownVariableNames,
	passwordVariable,
	type VariableMapping,
	variableMappings,
} from './variable-mappings.ts';

/** The import result of one variable. Never quotes a secret. */
interface ImportNote {
	/** Line of the file, from 1; 0 if the variable is not in the file. */
	line: number;
	/** The 2018 variable. */
	name: string;
	what: ImportOutcome;
	text: string;
	/** The key of the resulting answer. */
	key?: string;
}

/** A problem that must be fixed manually. Never quotes a secret. */
interface ImportProblem {
	place: { file: string; line: number; column: number };
	/** The variable, if its name could be read. */
	name?: string;
	text: string;
}

interface TfvarsImportResult {
	/** Answers by key path, ready for an answers file. */
	answers: Record<string, unknown>;
	notes: ImportNote[];
	problems: ImportProblem[];
}

/**
 * Converts a terraform.tfvars file from 2018 to answers. The database password is not copied: its
 * answer is a reference to an environment variable. Values that the current rules reject are copied
 * and reported as problems, to be fixed in the answers file.
 */
export function importTfvars(text: string, fileName: string): TfvarsImportResult {
	const answers: Record<string, unknown> = {};
	const notes: ImportNote[] = [];
	const problems: ImportProblem[] = [];
	const sources = new Map<string, { name: string; at: TextPosition }>();
	const complain = (at: TextPosition, text: string, name?: string) =>
		problems.push({
			place: { file: fileName, ...at },
			...(name === undefined ? {} : { name }),
			text,
		});

	const read = readTfvars(text);
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
			complain(at, `is not a variable of the 2018 modules${hint}`, name);
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
	{ key, shape, note, adapt }: VariableMapping,
) {
	const converted = convertTfvarsValue(value, shape);
	if ('wrong' in converted) return converted;
	const adapted = adapt?.(converted.value);
	const said = adapted?.note ?? note;
	const renamed = key.split('.').at(-1) !== name;
	const what: ImportOutcome = adapted !== undefined ? 'changed' : renamed ? 'renamed' : 'carried';
	const text = `${what === 'carried' ? 'imported as' : 'now'} ${key}`;
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
		what: 'changed',
		key: 'account',
		text: `account ${account} is taken from the ARN of the certificate`,
	});
}

function addChangedDefaultNotes(assignments: readonly TfvarsAssignment[], notes: ImportNote[]) {
	const names = assignments.map(({ name }) => name);
	if (names.length === 0 || !names.includes('fqdn')) return;
	for (const { name, instead = [], text } of changedDefaultNotes) {
		if ([name, ...instead].some((one) => names.includes(one))) continue;
		notes.push({ line: 0, name, what: 'changed', text });
	}
}
