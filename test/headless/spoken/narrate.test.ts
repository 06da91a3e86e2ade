import { describe, expect, it } from 'vitest';
import { behind, unitWords } from '../../../source/headless/spoken/moment.ts';
import { narrate } from '../../../source/headless/spoken/narrate.ts';
import { wrapped } from '../../../source/headless/spoken/wrap.ts';
import { modelNamed, models, NOW } from '../../screens/models.ts';
import { changed, question, said } from './support.ts';

describe('every model there is', () => {
	it.each(Object.keys(models))('%s: says something once, and nothing again', (name) => {
		const model = modelNamed(name);
		expect(said(model)).not.toBe('');
		expect(said(model, model)).toBe('');
		// Published anew though nothing has changed.
		expect(said(structuredClone(model), model)).toBe('');
	});

	it.each(Object.keys(models))('%s: fits the terminal, without escape sequences', (name) => {
		for (const width of [40, 80]) {
			for (const line of wrapped(said(modelNamed(name)).split('\n'), width)) {
				expect(line).not.toMatch(/\p{Cc}/u);
				// Only what cannot be broken, or is to be copied, may be longer.
				const words = line.replace(/^ *\| /, '').trim();
				const breakable = !line.startsWith('    ') && words.includes(' ');
				if (breakable) expect(line.length, line).toBeLessThanOrEqual(width);
			}
		}
	});
});

describe('a question', () => {
	it('comes with its step, its place, its rule and its default', () => {
		const words = said(modelNamed('questionText'), modelNamed('welcome'));
		expect(words).toContain('Step 5 of 6: Settings.');
		expect(words).toContain('Question 1 of 7. Name people will type to reach it.');
		expect(words).toContain('It must be a full domain name');
		expect(said(modelNamed('questionDerived'))).toContain(
			'Enter takes: tfe-tfe.acme.example-data (tfe-FQDN-data, shortened where S3 demands it)',
		);
	});

	it('numbers its choices, and says which is the default and which cannot be taken', () => {
		const words = said(modelNamed('questionVariant'));
		expect(words).toMatch(/^1\. The ones in use now: .*\(Enter takes this\)$/m);
		expect(words).toMatch(/^2\. A new minimum user: 2 policies, 214 actions$/m);
		expect(said(modelNamed('questionLookup'))).toMatch(
			/^9\. .*Cannot be taken: lies in vpc-0f9e8d7c/m,
		);
	});

	it('is not asked anew when it was refused', () => {
		const before = modelNamed('questionText');
		const words = said(question('questionText', { problem: 'it is too short' }), before);
		expect(words).toBe('Not taken: it is too short.');
		const same = question('questionText', { problem: 'it is too short' });
		const again = question('questionText', { problem: 'it is too short' });
		const moment = { now: NOW, last: NOW };
		expect(narrate(again, same, moment)).toEqual([]);
		expect(narrate(again, same, { ...moment, answered: true })).toEqual([
			'Still not taken: it is too short.',
		]);
	});

	it('says what was found, once it is', () => {
		const words = said(modelNamed('questionLookup'), modelNamed('questionLooking'));
		expect(words).toMatch(/^Looked up subnets of us-west-2: 12 to choose from\./);
		expect(words).not.toContain('Question');
		expect(said(modelNamed('questionDenied'), modelNamed('questionLooking'))).toContain(
			'denied: ec2:DescribeSubnets. Type the value.',
		);
	});

	it('reads no more than ten choices', () => {
		const lookup = {
			state: 'found',
			what: 'keys',
			choices: Array.from({ length: 500 }, (_, n) => ({ value: `k${n}`, label: `k${n}` })),
		} as const;
		const words = said(question('questionLookup', { lookup }));
		expect(words).toContain('10. k9');
		expect(words).not.toContain('11. k10');
		expect(words).toContain('And 490 more');
	});

	it('reads neither ARNs nor fingerprints where names tell choices apart', () => {
		const arn = 'arn:aws:acm:us-west-2:123456789012:certificate/1';
		const print = '5c:54:0f:b8:dd:94:3f:27:19:14:52:9a:ee:c5:59:ff';
		const one = { value: arn, label: 'tfe.acme.example', hint: `until 2027  ${arn}` };
		const key = { value: 'ops', label: 'ops', hint: `rsa, ${print}` };
		const found = (...choices: { value: string; label: string; hint: string }[]) =>
			said(question('questionLookup', { lookup: { state: 'found', what: 'keys', choices } }));
		expect(found(one, key)).toContain(
			'1. tfe.acme.example: until 2027\n2. ops: rsa, fingerprint ending in 59:ff',
		);
		expect(found(one, { ...one, value: `${arn}2`, hint: 'until 2028' })).toContain(
			`until 2027, ${arn}\n2. tfe.acme.example: ${arn}2, until 2028`,
		);
		expect(found(key)).toContain('there is one. Type 1 for it');
	});

	it('says the answer as it was taken', () => {
		const before = modelNamed('questionText');
		const ticket = before.ticket.map((step) => ({
			...step,
			lines: step.lines.map((line) =>
				line.key === 'settings.fqdn' ? { ...line, value: 'new.acme.example' } : line,
			),
		}));
		const after = { ...modelNamed('questionSecret'), ticket };
		expect(said(after, before)).toMatch(/^Taken: new\.acme\.example\n/);
		expect(said({ ...before, ticket }, before)).not.toContain('Taken');
	});

	it('never says a secret, only where it is', () => {
		const words = said(question('questionSecret', { value: { env: 'DB_PASSWORD' } }));
		expect(words).toContain('Enter takes: from the variable DB_PASSWORD');
		expect(said(question('questionSecret', { value: 'hunter2' }))).not.toContain('hunter2');
	});

	it('says why it is asked again', () => {
		expect(said(modelNamed('questionBecause'))).toContain(
			'because of a change: region, settings.fqdn',
		);
	});
});

describe('checks', () => {
	it('says bad ones whole and counts the good ones', () => {
		const words = said(modelNamed('checksBad'), modelNamed('checksRunning'));
		expect(words).toContain('Blocker: certificate-region.');
		expect(words).toContain('    aws acm request-certificate');
		expect(words).toContain('40 checks in 4.1 s: 1 blocker, 2 warnings, 1 unknown, 36 passed.');
		expect(words).not.toContain('OpenSSH');
	});

	it('says each but once', () => {
		const words = said(modelNamed('checksBad'), modelNamed('checksRunning'));
		expect(words).not.toContain('elastic-ip-quota');
		expect(said(modelNamed('checksRunning'), modelNamed('checksBad'))).toBe(
			'Checking. Please wait.',
		);
	});

	it('says what is blocked by another in a line', () => {
		expect(said(modelNamed('checksBlocked'))).toContain(
			'certificate-covers could not be checked because of certificate-region.',
		);
	});
});

describe('a plan', () => {
	it('says what is destroyed first and in full, and what must be typed', () => {
		const words = said(modelNamed('planDestroys'));
		expect(words.indexOf('it destroys 2:')).toBeLessThan(words.indexOf('Warning:'));
		expect(words).toContain('the database is lost with all it holds');
		expect(words).toContain('you will then be asked to type: tfe.acme.example');
	});

	it('reads no endless list of what merely changes', () => {
		const plan = modelNamed('planUpdates');
		if (plan.screen.kind !== 'plan') throw new Error('no plan');
		const [one] = plan.screen.plan.resources;
		const resources = Array.from({ length: 5000 }, () => one).filter((r) => r !== undefined);
		const many = changed('planUpdates', 'plan', { plan: { ...plan.screen.plan, resources } });
		expect(said(many)).toContain('And 4980 more');
		expect(said(many).split('\n').length).toBeLessThan(50);
	});

	it('counts by group', () => {
		const words = said(modelNamed('plan'));
		expect(words).toContain('60 to create');
		expect(words).toContain('Nothing is destroyed.');
		expect(words).toMatch(/^6\. network: 24 resources$/m);
	});

	it('says where it is saved, and no more', () => {
		expect(
			said(modelNamed('planSaved'), {
				...modelNamed('plan'),
				header: modelNamed('planSaved').header,
			}),
		).toMatch(/^The plan is saved as text:\n {4}\/\S+plan-3\.txt$/);
	});
});

describe('a run', () => {
	const run = modelNamed('progress');
	const [database, , policy] = run.screen.kind === 'progress' ? run.screen.inFlight : [];

	it('says what is done, and how far that is', () => {
		const after = changed('progress', 'progress', {
			inFlight: [database, policy].filter((one) => one !== undefined),
			finished: 38,
		});
		expect(said(after, run)).toBe('Done: aws_nat_gateway.main[1], 48 s. 38 of 63 done.');
	});

	it('counts each time another quarter is done', () => {
		const run = (finished: number) => changed('progress', 'progress', { finished });
		expect(said(run(47), run(37))).toBe('');
		expect(said(run(48), run(47))).toBe('48 of 63 done.');
		expect(said(run(63), run(48))).toBe('63 of 63 done.');
	});

	it('names neither what was quick nor what a milestone has named', () => {
		const after = changed('progress', 'progress', {
			inFlight: [],
			finished: 40,
			milestones: [{ at: 1, level: 'done', text: 'aws_db_instance.main[0] created in 8 min' }],
		});
		expect(said(after, run)).toBe(
			'aws_db_instance.main[0] created in 8 min.\nDone: aws_nat_gateway.main[1], 48 s. 40 of 63 done.',
		);
	});

	it('tells what failed from what is done', () => {
		const after = changed('progress', 'progress', {
			inFlight: [database, policy].filter((one) => one !== undefined),
			failed: 1,
		});
		expect(said(after, run)).toBe('Failed: aws_nat_gateway.main[1], after 48 s.');
	});

	it('speaks of slow ones once a minute', () => {
		expect(said(run, run, 5)).toBe('');
		expect(said(run, run, 15)).toBe(
			'Still creating aws_db_instance.main[0]: 8 min 12 s, usually 8 to 14 min.',
		);
	});

	it('says each milestone and each error once', () => {
		const milestone = { at: 1, level: 'done', step: 'network', text: 'all is there' } as const;
		const screen = run.screen.kind === 'progress' ? run.screen : undefined;
		const after = changed('progress', 'progress', {
			milestones: [...(screen?.milestones ?? []), milestone],
		});
		expect(said(after, run)).toBe('Network: all is there.');
		expect(said(modelNamed('progressDiagnostic'), run)).toMatch(
			/^Error at aws_lb_listener\.https: creating ELBv2 Listener.*\n {2}\| The certificate .*\n51 of 63 done\.$/,
		);
	});

	it('says no milestone again when a plan came between', () => {
		const screen = run.screen.kind === 'progress' ? run.screen : undefined;
		const moment = { now: NOW, last: NOW };
		const words = (more: object) =>
			narrate(run, modelNamed('plan'), { ...moment, ...more }).join('\n');
		expect(words({})).toContain('made bucket acme-tfe-state');
		expect(words({ run: screen })).not.toContain('made bucket acme-tfe-state');
	});

	it('tells what happened in its order, and no plan twice', () => {
		const at = (ms: number, text: string) =>
			({ at: ms, level: 'done', step: 'network', text }) as const;
		const after = changed('progress', 'progress', {
			doing: 'terraform apply of state',
			since: 5000,
			milestones: [
				at(1000, 'plan of network: 26 to create'),
				at(2000, 'plan of network: nothing to change'),
				at(5000, 'done in 37 s: 2 zones'),
				at(6000, 'applied: 26 created; log /home/x/apply.jsonl'),
			],
		});
		expect(said(after, run).split('\n').slice(0, 4)).toEqual([
			'Network: plan of network: nothing to change.',
			'Network done in 37 s: 2 zones.',
			'Terraform applies the plan for state.',
			'Network: applied: 26 created.',
		]);
	});

	it('says nothing of resources that a new command has left behind', () => {
		const after = changed('progress', 'progress', {
			doing: 'terraform state pull of network',
			since: NOW,
			inFlight: [],
			finished: 0,
			total: 0,
		});
		expect(said(after, run)).toBe('');
	});

	it('asks before anything is lost', () => {
		const words = said(modelNamed('stopHard'), run);
		expect(words).toContain('This would be lost:');
		expect(words).toContain('type: acme-prod');
		expect(said(run, modelNamed('stopGentle'))).toBe('Going on.');
	});
});

it('says a failure in the tone of whose it is', () => {
	expect(said(modelNamed('failurePreflight'))).toMatch(/^Stopped\. At Preflight:/m);
	expect(said(modelNamed('failureOurs'))).toMatch(/^A fault of tfe-wizard, not yours\./m);
	expect(said(modelNamed('failureRefused'))).toContain('Terraform says of aws_lb_listener.https:');
	expect(said(modelNamed('failureRefused'))).toMatch(
		/^1\. Change the certificate.*Enter takes this/m,
	);
});

it('does not say twice what words are about', () => {
	expect(behind('State', 'state lies in s3://x/')).toBe('state lies in s3://x/');
	expect(behind('State', 'statement')).toBe('State: statement');
});

it('says units in full, and leaves names alone', () => {
	expect(unitWords('It took 1 h 1 min; usually 8 to 14 min.')).toBe(
		'It took 1 hour 1 minute; usually 8 to 14 minutes.',
	);
	expect(unitWords('done in 0 s: 0.4 s, 1 s, 1.1 s')).toBe(
		'done in under a second: under a second, 1 second, 1.1 seconds',
	);
	expect(unitWords('2 min 0 s, 10 s, 4 samples of s3')).toBe(
		'2 minutes 0 seconds, 10 seconds, 4 samples of s3',
	);
});

it('reads an address to go to, and the other outputs only when asked', () => {
	const words = said(modelNamed('done'));
	expect(words.match(/^ {4}install\./gm)).toHaveLength(1);
	expect(words).toContain('Type details to hear all there is to know of it');
});

it('says what was made, in lines one can copy', () => {
	expect(said(modelNamed('done'))).toMatch(/^ {4}install\.url = https:\/\/tfe\.acme\.example$/m);
});
