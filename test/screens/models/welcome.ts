import type { WizardViewModel } from '../../../source/wizard/wizard-view-model.ts';
import { createSampleStepper, createScreenModel, secondsAgo } from './create-screen-model.ts';

const introduction = [
	'Answer questions, then review the checks. Nothing changes until you approve a plan.',
	'The questions take about 10 minutes, the installation 25 to 40.',
	'Quit at any time: your progress is saved, and the same command resumes it.',
];

const none = { header: { practice: false }, answerSummary: [], stepper: createSampleStepper() };

export const welcomeModels: Record<string, WizardViewModel> = {
	welcome: createScreenModel(
		{
			kind: 'welcome',
			introduction,
			choices: [
				{ value: 'new', label: 'Install Terraform Enterprise' },
				{
					value: 'practice',
					label: 'Practice first',
					hint: 'the whole installation on this computer, at no cost',
				},
			],
		},
		undefined,
		none,
	),
	welcomeResume: createScreenModel(
		{
			kind: 'welcome',
			introduction,
			choices: [
				{
					value: 'resume:acme-prod',
					label: 'Resume acme-prod',
					hint: 'stopped at Install, 2 days ago; 123456789012 in us-west-2',
				},
				{
					value: 'resume:acme-staging',
					label: 'Resume acme-staging',
					hint: 'at the questions of State, 3 weeks ago',
					refusal: 'locked by another run: process 4711 on build-host, since 13:40',
				},
				{ value: 'new', label: 'Start a new session' },
				{ value: 'practice', label: 'Practice', hint: 'on this computer only' },
			],
		},
		undefined,
		none,
	),
	welcomeNaming: createScreenModel(
		{
			kind: 'welcome',
			introduction,
			choices: [{ value: 'new', label: 'Start a new session' }],
			namePrompt: {
				suggestion: 'tfe-2026-11-22',
				problem: 'Session acme-prod already exists; choose another name.',
			},
		},
		undefined,
		none,
	),
	busy: createScreenModel(
		{
			kind: 'busy',
			title: 'Starting the practice cloud',
			lines: [
				'A local AWS emulator that listens on the loopback address only.',
				'The first start downloads its dependencies, which takes a minute or two.',
			],
			since: secondsAgo(14),
		},
		undefined,
		{ ...none, header: { session: 'practice', practice: true } },
	),
};
