import { expect, it } from 'vitest';
import { parseAnswers } from '../../../../source/engine/answers/parse-answers.ts';
import { checkAnswers } from '../../../../source/engine/answers/resolve-and-check-answers.ts';
import { formatPracticeAnswers } from '../../../../source/targets/ptfe-ami/practice/target-practice.ts';
import { getTargetOrDefault } from '../../../../source/targets/registry.ts';

it('the practice answers answer every question of the target without an error', () => {
	const text = formatPracticeAnswers({
		account: '123456789012',
		region: 'us-west-2',
		keyName: 'practice',
		certificateArn:
			'arn:aws:acm:us-west-2:123456789012:certificate/7d9e1c36-a734-4eb7-a696-0f20e4fca75f',
		zoneId: '7PWG4C9D38ISKQWFX4ZRQ9',
		amiId: 'ami-785db401',
		fqdn: 'tfe.practice.example',
	});
	const parsed = parseAnswers(text, 'practice.yaml', getTargetOrDefault('ptfe-ami').catalogue);
	const checked = checkAnswers(parsed, getTargetOrDefault('ptfe-ami').catalogue, {
		session: 'practice',
	});
	expect([...parsed.problems, ...checked.problems]).toEqual([]);
	expect(checked.resolved.missing).toEqual([]);
});
