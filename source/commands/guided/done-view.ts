import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EngineEvent } from '../../engine/events.ts';
import type { DoneScreen } from '../../engine/guide/model.ts';
import type { Answers, Catalogue } from '../../engine/question.ts';
import type { Session } from '../../engine/session/session.ts';
import { shellWord } from '../../engine/shell-word.ts';
import { exportedSession } from '../export-answers.ts';

type RunDone = Extract<EngineEvent, { type: 'run.done' }>;

/** Creates the screen of a finished run, and writes the answers file that repeats it. */
export function doneScreen(facts: {
	session: Session;
	event: RunDone;
	catalogue: Catalogue;
	summaries: DoneScreen['summaries'];
	home: string | undefined;
	/** Steps of a run that is limited to some steps. */
	only?: readonly string[] | undefined;
}): DoneScreen {
	const { session, event, catalogue, summaries, home, only } = facts;
	const answersFile = writeAnswers(session, catalogue);
	const { name, practice } = session.record;
	// A rekey needs the approval `change`.
	const approve = session.record.answers.rekey === 'custodians' ? 'change' : 'create';
	const verb = practice ? 'practice' : 'install';
	const where = home === undefined ? '' : ` --home ${shellWord(resolve(home))}`;
	return {
		kind: 'done',
		seconds: event.seconds,
		summaries,
		outputs: Object.entries(event.outputs)
			.filter(([, value]) => value !== '' && value !== null)
			.map(([output, value]) => ({
				name: output,
				value: typeof value === 'string' ? value : JSON.stringify(value),
			})),
		next: event.next,
		command: `tfe-wizard ${verb}${where} --answers ${shellWord(answersFile)} --session ${name} --approve ${approve}`,
		...stillAsks(session.record.answers),
		...(only === undefined ? {} : { part: `${titlesOf(only, catalogue)} done` }),
		answersFile,
		workspace: session.folders.workspace,
	};
}

const titlesOf = (ids: readonly string[], { steps }: Catalogue): string =>
	steps
		.filter(({ id }) => ids.includes(id))
		.map(({ title }) => title)
		.join(', ');

/** An unattended run only encrypts key shares, so key holders without a key need a prompt. */
function stillAsks(answers: Answers): Pick<DoneScreen, 'stillAsks'> {
	const people = answers['rekey.custodians.people'];
	if (answers.rekey !== 'custodians' || typeof people !== 'object' || people === null) return {};
	const keyless = Object.entries(people).flatMap(([name, key]) => (key === '' ? [name] : []));
	if (keyless.length === 0) return {};
	return {
		stillAsks: `Except the rekey step, which shows key shares to ${keyless.join(', ')}, who have no OpenPGP key.`,
	};
}

function writeAnswers(session: Session, catalogue: Catalogue): string {
	const { record, folders } = session;
	const path = join(folders.root, 'answers-given.yaml');
	writeFileSync(path, exportedSession(record, catalogue), { mode: 0o600 });
	return path;
}
