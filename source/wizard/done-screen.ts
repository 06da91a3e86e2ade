import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EngineEvent } from '../engine/events.ts';
import type { QuestionCatalogue } from '../engine/question.ts';
import type { Session } from '../engine/session/session.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import { exportSessionAnswers } from '../runs/export-answers.ts';
import type { Target } from '../targets/target.ts';
import type { DoneScreen } from './wizard-model.ts';

type RunDone = Extract<EngineEvent, { type: 'run.done' }>;

/** Creates the screen of a finished run, and writes the answers file that repeats it. */
export function createDoneScreen(options: {
	session: Session;
	event: RunDone;
	target: Target;
	summaries: DoneScreen['summaries'];
	home: string | undefined;
	/** Steps of a run that is limited to some steps. */
	only?: readonly string[] | undefined;
}): DoneScreen {
	const { session, target, event, summaries, home, only } = options;
	const { catalogue } = target;
	const { answers } = session.record;
	const attended = target.attended?.(answers);
	const answersFile = writeAnswers(session, catalogue);
	const { name, practice } = session.record;
	const verb = practice ? 'practice' : 'install';
	const where = home === undefined ? '' : ` --home ${quoteShellWord(resolve(home))}`;
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
		command: `tfe-wizard ${verb}${where} --answers ${quoteShellWord(answersFile)} --session ${name} --approve ${target.approval(answers)}`,
		...(attended === undefined ? {} : { stillAsks: attended }),
		...(only === undefined ? {} : { part: `${titlesOf(only, catalogue)} done` }),
		answersFile,
		workspace: session.folders.workspace,
	};
}

const titlesOf = (ids: readonly string[], { steps }: QuestionCatalogue): string =>
	steps
		.filter(({ id }) => ids.includes(id))
		.map(({ title }) => title)
		.join(', ');

function writeAnswers(session: Session, catalogue: QuestionCatalogue): string {
	const { record, folders } = session;
	const path = join(folders.root, 'answers-given.yaml');
	writeFileSync(path, exportSessionAnswers(record, catalogue), { mode: 0o600 });
	return path;
}
