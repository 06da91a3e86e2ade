import type { GuideModel, Header, RailStep, Screen } from '../../../source/engine/guide/model.ts';
import { ticket } from './ticket.ts';

/** The time at which all models are drawn: 2026-11-22 14:02:11 UTC. */
export const NOW = Date.UTC(2026, 10, 22, 14, 2, 11);

export const secondsAgo = (seconds: number): number => NOW - seconds * 1000;

const steps = [
	['preflight', 'Preflight'],
	['network', 'Network'],
	['access', 'Access'],
	['state', 'State'],
	['settings', 'Settings'],
	['install', 'Install'],
] as const;

const later = [
	['bootstrap', 'Startup'],
	['rekey', 'Rekey'],
	['backup', 'Backup'],
] as const;

/** The steps at `current`; undefined: not started, `end`: all done. */
export function rail(current?: string, state: 'current' | 'failed' = 'current'): RailStep[] {
	const at = steps.findIndex(([id]) => id === current);
	const done = current === 'end' ? steps.length : at;
	return [
		...steps.map(
			([id, title], index): RailStep => ({
				id,
				title,
				state: index < done ? 'done' : index === at ? state : 'open',
			}),
		),
		...later.map(([id, title]): RailStep => ({ id, title, state: 'later' })),
	];
}

export const header: Header = {
	session: 'acme-prod',
	account: '123456789012',
	region: 'us-west-2',
	practice: false,
};

/** A model of a screen, with header, steps and answers. */
export function modelOf(screen: Screen, step?: string, more: Partial<GuideModel> = {}): GuideModel {
	return { header, rail: rail(step), ticket, screen, ...more };
}
