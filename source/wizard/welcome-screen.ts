import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { getSessionDirectories } from '../engine/session/home-directory.ts';
import { getLockHolder } from '../engine/session/session-lock.ts';
import {
	listSessionNames,
	readStoredSessionState,
	type SessionRecord,
} from '../engine/session/session-record.ts';
import { describeSessionProblem } from '../runs/read-session.ts';
import { DEFAULT_SESSION } from '../runs/run-session.ts';
import { describeSessionStatus, isSessionFinished } from '../runs/session-status.ts';
import { WELCOME_LINES } from './welcome-lines.ts';
import type { Choice, WelcomeScreen } from './wizard-model.ts';

interface Known {
	name: string;
	record: SessionRecord;
	lastAt: string;
	finished: boolean;
}

/** Sessions on this computer: unfinished first, then by last activity. */
function knownSessions(home: string): Known[] {
	return listSessionNames(home)
		.flatMap((name): Known[] => {
			const state = readStoredSessionState(home, name);
			if (!('record' in state)) return [];
			const { record } = state;
			const times = Object.values(record.steps).map(({ at }) => at);
			const lastAt = [record.createdAt, ...times].sort().at(-1) ?? record.createdAt;
			return [{ name, record, lastAt, finished: isSessionFinished(record) }];
		})
		.sort((a, b) => Number(a.finished) - Number(b.finished) || b.lastAt.localeCompare(a.lastAt));
}

/** Sessions that this version cannot open, as unavailable choices. */
function unreadable(home: string): Choice[] {
	return listSessionNames(home).flatMap((name): Choice[] => {
		const state = readStoredSessionState(home, name);
		const refusal = describeSessionProblem(state);
		if ('record' in state || state.kind === 'empty' || refusal === undefined) return [];
		return [{ value: `resume:${name}`, label: `Session ${name}`, refusal }];
	});
}

/** Creates the welcome screen: resume a session, create one, or practice mode. */
export function createWelcomeScreen(
	home: string,
	more: Pick<WelcomeScreen, 'naming' | 'problem'> = {},
): WelcomeScreen {
	const known = knownSessions(home);
	const resume = known.map((one) => resumeChoice(home, one));
	const fresh: Choice[] = [
		{
			value: 'new',
			label: 'Install into an AWS account',
			hint: 'creates a new session',
		},
		{
			value: 'practice',
			label: 'Try it locally (practice mode)',
			hint: 'about 3 minutes, no AWS account, no cost',
		},
	];
	const open = known.filter(({ finished }) => !finished).length;
	return {
		kind: 'welcome',
		facts: WELCOME_LINES,
		choices: [...resume.slice(0, open), ...fresh, ...resume.slice(open), ...unreadable(home)],
		...more,
	};
}

function resumeChoice(home: string, { name, record, lastAt, finished }: Known): Choice {
	const holder = getLockHolder(join(getSessionDirectories(home, name).root, 'lock'));
	const { account, region } = record.answers;
	const facts = [
		record.practice ? 'practice' : account,
		region,
		describeSessionStatus(home, name, record),
		`${lastAt.slice(0, 16).replace('T', ' ')} UTC`,
	].filter((fact) => fact !== undefined && fact !== '');
	return {
		value: `resume:${name}`,
		label: finished ? `View ${name}` : `Resume ${name}`,
		hint: facts.join(' · '),
		...(holder === undefined ? {} : { refusal: 'in use by another tfe-wizard process' }),
	};
}

/** Finds an unused session name. */
export function findFreeSessionName(home: string): string {
	const taken = (name: string) => existsSync(getSessionDirectories(home, name).root);
	if (!taken(DEFAULT_SESSION)) return DEFAULT_SESSION;
	for (let n = 2; ; n += 1) if (!taken(`${DEFAULT_SESSION}-${n}`)) return `${DEFAULT_SESSION}-${n}`;
}
