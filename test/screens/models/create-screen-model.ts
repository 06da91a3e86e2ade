import type {
	StepperStep,
	WizardHeader,
	WizardScreen,
	WizardViewModel,
} from '../../../source/wizard/wizard-view-model.ts';
import { sampleAnswerSummary } from './answer-summary.ts';

/** The time at which all models are drawn: 2026-11-22 14:02:11 UTC. */
export const MODEL_TIME = Date.UTC(2026, 10, 22, 14, 2, 11);

export const secondsAgo = (seconds: number): number => MODEL_TIME - seconds * 1000;

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
export function createSampleStepper(
	current?: string,
	state: 'current' | 'failed' = 'current',
): StepperStep[] {
	const at = steps.findIndex(([id]) => id === current);
	const done = current === 'end' ? steps.length : at;
	return [
		...steps.map(
			([id, title], index): StepperStep => ({
				id,
				title,
				state: index < done ? 'done' : index === at ? state : 'open',
			}),
		),
		...later.map(([id, title]): StepperStep => ({ id, title, state: 'later' })),
	];
}

export const sampleHeader: WizardHeader = {
	session: 'acme-prod',
	account: '123456789012',
	region: 'us-west-2',
	practice: false,
};

/** A model of a screen, with header, steps and answers. */
export function createScreenModel(
	screen: WizardScreen,
	step?: string,
	more: Partial<WizardViewModel> = {},
): WizardViewModel {
	return {
		header: sampleHeader,
		stepper: createSampleStepper(step),
		answerSummary: sampleAnswerSummary,
		screen,
		...more,
	};
}
