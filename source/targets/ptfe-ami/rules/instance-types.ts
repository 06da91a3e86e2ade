import { findCharacterProblem } from '../../../steps/rules/supported-characters.ts';
import { createTextRule } from '../../../steps/rules/value-rule.ts';

// Families with a g after their number (m6g, c7gn, x2gd, t4g), and a1, use Graviton processors.
const GRAVITON = /^(a1|[a-z]+\d+g[a-z]*)\./;

/** EC2 instance type for the 2018 AMI, which is built for x86-64. */
export const instanceTypeRule = createTextRule({
	rule: 'an EC2 instance type with x86-64 processors, such as m5.2xlarge',
	pattern: /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?)$/,
	wrong: 'is not an EC2 instance type',
	problem: (value) => {
		if (/^(db|cache)\./.test(value)) return 'is an instance class of another service, not of EC2';
		if (GRAVITON.test(value)) return 'has ARM processors; the AMI requires x86-64';
		return findCharacterProblem(value, '.');
	},
});

// Previous generations: https://aws.amazon.com/elasticache/previous-generation/
const RETIRED_NODE = /^cache\.(m1|m2|m3|c1|t1|r3)\./;

/** ElastiCache node type. */
export const cacheNodeTypeRule = createTextRule({
	rule: 'an ElastiCache node type such as cache.m5.large',
	pattern: /^cache\.[a-z][a-z0-9]*\.(micro|small|medium|large|[0-9]*xlarge)$/,
	wrong: 'is not an ElastiCache node type',
	problem: (value) =>
		RETIRED_NODE.test(value)
			? 'is of a generation that is no longer available; use cache.m5.large'
			: undefined,
});
