import type { GuideModel } from '../../../source/engine/guide/model.ts';
import { modelOf, rail, secondsAgo } from './common.ts';

const facts = [
	'First questions, then checks. Nothing is changed before you have seen a plan and said yes.',
	'The questions take about 10 minutes, the installation itself 25 to 40.',
	'Leave whenever you like: everything is kept, and the same command goes on from there.',
];

const none = { header: { practice: false }, ticket: [], rail: rail() };

export const begin: Record<string, GuideModel> = {
	welcome: modelOf(
		{
			kind: 'welcome',
			facts,
			choices: [
				{ value: 'new', label: 'Install Private Terraform Enterprise' },
				{
					value: 'practice',
					label: 'Practise first',
					hint: 'the whole flow on this machine alone; costs nothing',
				},
			],
		},
		undefined,
		none,
	),
	welcomeResume: modelOf(
		{
			kind: 'welcome',
			facts,
			choices: [
				{
					value: 'resume:acme-prod',
					label: 'Go on with acme-prod',
					hint: 'stopped at Install, 2 days ago; 123456789012 in us-west-2',
				},
				{
					value: 'resume:acme-staging',
					label: 'Go on with acme-staging',
					hint: 'at the questions of State, 3 weeks ago',
					refusal: 'another run has it open: process 4711 on build-host, since 13:40',
				},
				{ value: 'new', label: 'Begin a new session' },
				{ value: 'practice', label: 'Practise', hint: 'on this machine alone' },
			],
		},
		undefined,
		none,
	),
	welcomeNaming: modelOf(
		{
			kind: 'welcome',
			facts,
			choices: [{ value: 'new', label: 'Begin a new session' }],
			naming: {
				suggestion: 'tfe-2026-11-22',
				problem: 'There is a session acme-prod already; take another name.',
			},
		},
		undefined,
		none,
	),
	busy: modelOf(
		{
			kind: 'busy',
			title: 'Starting the practice cloud',
			lines: [
				'An AWS server for this machine alone: nothing of it leaves the loopback address.',
				'The first time, what it needs is fetched: a minute or two.',
			],
			since: secondsAgo(14),
		},
		undefined,
		{ ...none, header: { session: 'practice', practice: true } },
	),
};
