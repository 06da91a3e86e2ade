import { describe, expect, it } from 'vitest';
import {
	prefixTitleIfMissing,
	spellOutUnits,
	wrapForTerminal,
} from '../../../source/reporters/format.ts';
import { renderModelChanges } from '../../../source/reporters/line-mode/render-screen.ts';
import { getScreenModel, MODEL_TIME, screenModels } from '../../screens/screen-models.ts';
import { planEvent, resourceEvent } from '../sample-events.ts';
import { createModel, createQuestionModel, renderModel } from './sample-models.ts';

describe('every model', () => {
	it.each(Object.keys(screenModels))('%s: is printed once', (name) => {
		const model = getScreenModel(name);
		expect(renderModel(model)).not.toBe('');
		expect(renderModel(model, model)).toBe('');
		// An equal copy counts as unchanged.
		expect(renderModel(structuredClone(model), model)).toBe('');
	});

	it.each(Object.keys(screenModels))(
		'%s: fits the terminal and contains no escape sequences',
		(name) => {
			for (const width of [40, 80]) {
				for (const line of wrapForTerminal(renderModel(getScreenModel(name)).split('\n'), width)) {
					expect(line).not.toMatch(/\p{Cc}/u);
					// Only unbreakable text, or text to copy, may be longer.
					const words = line.replace(/^ *\| /, '').trim();
					const breakable = !line.startsWith('    ') && words.includes(' ');
					if (breakable) expect(line.length, line).toBeLessThanOrEqual(width);
				}
			}
		},
	);
});

describe('a question', () => {
	it('is printed with its step, number, rule and default', () => {
		const words = renderModel(getScreenModel('questionText'), getScreenModel('welcome'));
		expect(words).toContain('Step 5 of 6: Settings.');
		expect(words).toContain('Question 1 of 7. ');
		expect(words).toContain('It must be ');
		expect(renderModel(getScreenModel('questionDerived'))).toContain(
			'Press Enter for: tfe-tfe.acme.example-data (',
		);
	});

	it('numbers its choices and marks the default and unavailable ones', () => {
		const words = renderModel(getScreenModel('questionVariant'));
		expect(words).toMatch(/^1\. .*\(press Enter for this\)$/m);
		expect(words).toMatch(/^2\. .*: 2 policies, 214 actions$/m);
		expect(renderModel(getScreenModel('questionLookup'))).toMatch(
			/^9\. .*Unavailable: .*in vpc-0f9e8d7c/m,
		);
	});

	it('is not repeated after an invalid value', () => {
		const before = getScreenModel('questionText');
		const words = renderModel(
			createQuestionModel('questionText', { problem: 'it is too short' }),
			before,
		);
		expect(words).toBe('Not valid: it is too short.');
		const same = createQuestionModel('questionText', { problem: 'it is too short' });
		const again = createQuestionModel('questionText', { problem: 'it is too short' });
		const moment = { now: MODEL_TIME, last: MODEL_TIME };
		expect(renderModelChanges(again, same, moment)).toEqual([]);
		expect(renderModelChanges(again, same, { ...moment, answered: true })).toEqual([
			'Still not valid: it is too short.',
		]);
	});

	it('prints the lookup result when it arrives', () => {
		const words = renderModel(getScreenModel('questionLookup'), getScreenModel('questionLooking'));
		expect(words).toMatch(/^Looked up subnets of us-west-2: 12 found\./);
		expect(words).not.toContain('Question');
		expect(
			renderModel(getScreenModel('questionDenied'), getScreenModel('questionLooking')),
		).toContain('denied: ec2:DescribeSubnets. Type the value.');
	});

	it('prints at most ten choices', () => {
		const lookup = {
			state: 'found',
			subject: 'keys',
			choices: Array.from({ length: 500 }, (_, n) => ({ value: `k${n}`, label: `k${n}` })),
		} as const;
		const words = renderModel(createQuestionModel('questionLookup', { lookup }));
		expect(words).toContain('10. k9');
		expect(words).not.toContain('11. k10');
		expect(words).toContain('And 490 more');
	});

	it('omits ARNs and fingerprints if names distinguish the choices', () => {
		const arn = 'arn:aws:acm:us-west-2:123456789012:certificate/1';
		const print = '5c:54:0f:b8:dd:94:3f:27:19:14:52:9a:ee:c5:59:ff';
		const one = { value: arn, label: 'tfe.acme.example', hint: `until 2027  ${arn}` };
		const key = { value: 'ops', label: 'ops', hint: `rsa, ${print}` };
		const found = (...choices: { value: string; label: string; hint: string }[]) =>
			renderModel(
				createQuestionModel('questionLookup', {
					lookup: { state: 'found', subject: 'keys', choices },
				}),
			);
		expect(found(one, key)).toContain(
			'1. tfe.acme.example: until 2027\n2. ops: rsa, fingerprint ending in 59:ff',
		);
		expect(found(one, { ...one, value: `${arn}2`, hint: 'until 2028' })).toContain(
			`until 2027, ${arn}\n2. tfe.acme.example: ${arn}2, until 2028`,
		);
		expect(found(key)).toContain('1 found. Type 1 to select it');
	});

	it('prints the accepted answer', () => {
		const before = getScreenModel('questionText');
		const answerSummary = before.answerSummary.map((step) => ({
			...step,
			lines: step.lines.map((line) =>
				line.key === 'settings.fqdn' ? { ...line, value: 'new.acme.example' } : line,
			),
		}));
		const after = { ...getScreenModel('questionSecret'), answerSummary };
		expect(renderModel(after, before)).toMatch(/^Answer: new\.acme\.example\n/);
		expect(renderModel({ ...before, answerSummary }, before)).not.toContain('Answer:');
	});

	it('prints the reference to a secret, never the secret', () => {
		const words = renderModel(
			createQuestionModel('questionSecret', { value: { env: 'DB_PASSWORD' } }),
		);
		expect(words).toContain('Press Enter for: from the environment variable DB_PASSWORD');
		expect(renderModel(createQuestionModel('questionSecret', { value: 'hunter2' }))).not.toContain(
			'hunter2',
		);
	});

	it('gives the reason if it is asked again', () => {
		expect(renderModel(getScreenModel('questionBecause'))).toContain(
			'because other answers changed: region, settings.fqdn',
		);
	});
});

describe('checks', () => {
	it('are printed in full if failed, and counted if passed', () => {
		const words = renderModel(getScreenModel('checksBad'), getScreenModel('checksRunning'));
		expect(words).toContain('Blocker: certificate-region.');
		expect(words).toContain('    aws acm request-certificate');
		expect(words).toContain('40 checks in 4.1 s: 1 blocker, 2 warnings, 1 unknown, 36 passed.');
		expect(words).not.toContain('OpenSSH');
	});

	it('are printed only once', () => {
		const words = renderModel(getScreenModel('checksBad'), getScreenModel('checksRunning'));
		expect(words).not.toContain('elastic-ip-quota');
		expect(renderModel(getScreenModel('checksRunning'), getScreenModel('checksBad'))).toBe(
			'Checking. Please wait.',
		);
	});

	it('are printed in one line if skipped', () => {
		expect(renderModel(getScreenModel('checksBlocked'))).toContain(
			'certificate-covers was skipped because of certificate-region.',
		);
	});
});

describe('a plan', () => {
	it('starts with all destroyed resources, and states the required confirmation', () => {
		const words = renderModel(getScreenModel('planDestroys'));
		expect(words.indexOf('destroys 2 resources:')).toBeLessThan(words.lastIndexOf('Warning:'));
		expect(words).toMatch(/^ {2}aws_db_instance\.main\[0\]/m);
		expect(words).toContain('you must then also type: tfe.acme.example');
	});

	it('limits the list of updated resources', () => {
		const plan = getScreenModel('planUpdates');
		if (plan.screen.kind !== 'plan') throw new Error('no plan');
		const [one] = plan.screen.plan.resources;
		const resources = Array.from({ length: 5000 }, () => one).filter((r) => r !== undefined);
		const many = createModel('planUpdates', 'plan', { plan: { ...plan.screen.plan, resources } });
		expect(renderModel(many)).toContain('And 4980 more');
		expect(renderModel(many).split('\n').length).toBeLessThan(50);
	});

	it('is counted by group', () => {
		const words = renderModel(getScreenModel('plan'));
		expect(words).toContain('60 to create');
		expect(words).toContain('Nothing is destroyed.');
		expect(words).toMatch(/^6\. network: 24 resources$/m);
	});

	it('prints only the path once it is saved', () => {
		expect(
			renderModel(getScreenModel('planSaved'), {
				...getScreenModel('plan'),
				header: getScreenModel('planSaved').header,
			}),
		).toMatch(/^The plan is saved as text:\n {4}\/\S+plan-3\.txt$/);
	});
});

describe('a run', () => {
	const run = getScreenModel('progress');
	const [database, , policy] = run.screen.kind === 'progress' ? run.screen.inFlight : [];

	it('prints finished resources and the overall count', () => {
		const after = createModel('progress', 'progress', {
			inFlight: [database, policy].filter((one) => one !== undefined),
			finished: 38,
		});
		expect(renderModel(after, run)).toBe('Done: aws_nat_gateway.main[1], 48 s. 38 of 63 done.');
	});

	it('prints the count after each quarter', () => {
		const run = (finished: number) => createModel('progress', 'progress', { finished });
		expect(renderModel(run(47), run(37))).toBe('');
		expect(renderModel(run(48), run(47))).toBe('48 of 63 done.');
		expect(renderModel(run(63), run(48))).toBe('63 of 63 done.');
	});

	it('omits quick resources and those named by a milestone', () => {
		const after = createModel('progress', 'progress', {
			inFlight: [],
			finished: 40,
			milestones: [
				{
					at: 1,
					event: {
						...resourceEvent,
						address: 'aws_db_instance.main[0]',
						phase: 'done',
						elapsedSeconds: 480,
					},
				},
			],
		});
		expect(renderModel(after, run)).toBe(
			'Network: aws_db_instance.main[0] created in 8 min.\nDone: aws_nat_gateway.main[1], 48 s. 40 of 63 done.',
		);
	});

	it('distinguishes failed from finished resources', () => {
		const after = createModel('progress', 'progress', {
			inFlight: [database, policy].filter((one) => one !== undefined),
			failed: 1,
		});
		expect(renderModel(after, run)).toBe('Failed: aws_nat_gateway.main[1], after 48 s.');
	});

	it('prints slow resources once a minute', () => {
		expect(renderModel(run, run, 5)).toBe('');
		expect(renderModel(run, run, 15)).toBe(
			'Still creating aws_db_instance.main[0]: 8 min 12 s, usually 8 to 14 min.',
		);
	});

	it('prints each milestone and each error once', () => {
		const milestone = {
			at: 1,
			event: { type: 'note', level: 'info', step: 'network', text: 'all is there' },
		} as const;
		const screen = run.screen.kind === 'progress' ? run.screen : undefined;
		const after = createModel('progress', 'progress', {
			milestones: [...(screen?.milestones ?? []), milestone],
		});
		expect(renderModel(after, run)).toBe('Network: all is there.');
		expect(renderModel(getScreenModel('progressDiagnostic'), run)).toMatch(
			/^Error at aws_lb_listener\.https: creating ELBv2 Listener.*\n {2}\| The certificate .*\n51 of 63 done\.$/,
		);
	});

	it('repeats no milestone after a plan', () => {
		const screen = run.screen.kind === 'progress' ? run.screen : undefined;
		const moment = { now: MODEL_TIME, last: MODEL_TIME };
		const words = (more: object) =>
			renderModelChanges(run, getScreenModel('plan'), { ...moment, ...more }).join('\n');
		expect(words({})).toContain('bucket acme-tfe-state');
		expect(words({ run: screen })).not.toContain('bucket acme-tfe-state');
	});

	it('prints milestones in order, and no plan twice', () => {
		const { step } = planEvent;
		const none = { create: 0, update: 0, delete: 0, replace: 0 };
		const applied = { text: 'applied: 26 created', log: '/home/x/apply.jsonl' };
		const after = createModel('progress', 'progress', {
			activity: 'terraform apply in state',
			terraform: { command: 'apply', stack: 'state' },
			since: 5000,
			milestones: [
				{ at: 1000, event: planEvent },
				{ at: 2000, event: { ...planEvent, counts: none } },
				{ at: 5000, event: { type: 'step.done', step, seconds: 37, summary: '2 zones' } },
				{ at: 6000, event: { type: 'note', level: 'info', step, ...applied } },
			],
		});
		expect(renderModel(after, run).split('\n').slice(0, 4)).toEqual([
			'Network plan: no changes.',
			'Network done in 37 s: 2 zones.',
			'Running terraform apply for state.',
			'Network: applied: 26 created.',
		]);
	});

	it('omits resources of an earlier command', () => {
		const after = createModel('progress', 'progress', {
			activity: 'terraform state pull in network',
			terraform: { command: 'state', stack: 'network' },
			since: MODEL_TIME,
			inFlight: [],
			finished: 0,
			total: 0,
		});
		expect(renderModel(after, run)).toBe('');
	});

	it('asks for confirmation before anything is lost', () => {
		const words = renderModel(getScreenModel('stopHard'), run);
		expect(words).toContain('These may be lost:');
		expect(words).toContain('type: acme-prod');
		expect(renderModel(run, getScreenModel('stopGentle'))).toBe('Continuing.');
	});
});

it('starts a failure with a word for the kind of error', () => {
	expect(renderModel(getScreenModel('failurePreflight'))).toMatch(/^Error\. At Preflight:/m);
	expect(renderModel(getScreenModel('failureOurs'))).toMatch(/^Internal error\./m);
	expect(renderModel(getScreenModel('failureRefused'))).toContain(
		'Terraform error at aws_lb_listener.https:',
	);
	expect(renderModel(getScreenModel('failureRefused'))).toMatch(
		/^1\. Change .*press Enter for this/m,
	);
});

it('does not repeat the title at the start of a text', () => {
	expect(prefixTitleIfMissing('State', 'state is in s3://x/')).toBe('state is in s3://x/');
	expect(prefixTitleIfMissing('State', 'statement')).toBe('State: statement');
});

it('spells out units and leaves names unchanged', () => {
	expect(spellOutUnits('It took 1 h 1 min; usually 8 to 14 min.')).toBe(
		'It took 1 hour 1 minute; usually 8 to 14 minutes.',
	);
	expect(spellOutUnits('done in 0 s: 0.4 s, 1 s, 1.1 s')).toBe(
		'done in under a second: under a second, 1 second, 1.1 seconds',
	);
	expect(spellOutUnits('2 min 0 s, 10 s, 4 samples of s3')).toBe(
		'2 minutes 0 seconds, 10 seconds, 4 samples of s3',
	);
});

it('prints the URL, and other outputs only on request', () => {
	const words = renderModel(getScreenModel('done'));
	expect(words.match(/^ {4}install\./gm)).toHaveLength(1);
	expect(words).toContain('Type details to list all outputs');
});

it('prints outputs on lines of their own', () => {
	expect(renderModel(getScreenModel('done'))).toMatch(
		/^ {4}install\.url = https:\/\/tfe\.acme\.example$/m,
	);
});
