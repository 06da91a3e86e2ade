import { parseCidr } from '../../../steps/rules/cidr.ts';
import { findAmiCharacterProblem } from '../../../steps/rules/names-and-identifiers.ts';
import { createOptionalTextRule, createTextRule } from '../../../steps/rules/value-rule.ts';

// Families with a g after their number (m6g, c7gn, x2gd, t4g), and a1, use Graviton processors.
const GRAVITON = /^(a1|[a-z]+\d+g[a-z]*)\./;

/** EC2 instance type for the 2018 AMI, which is built for x86-64. */
export const instanceTypeRule = createTextRule({
	rule: 'an EC2 instance type with x86-64 processors, such as m5.2xlarge',
	pattern: /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?)$/,
	wrong: 'is not an EC2 instance type',
	problem: (value) => {
		if (/^(db|cache)\./.test(value)) return 'is an instance class of another service, not of EC2';
		return GRAVITON.test(value) ? 'has ARM processors; the AMI requires x86-64' : undefined;
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

const HOST = '[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?';

/** `http://` or `https://`, a host and a port. No user or password, because the URL is not secret. */
export const optionalProxyUrlRule = createOptionalTextRule({
	rule: 'http:// or https://, a host and a port, such as http://proxy.example.com:3128',
	pattern: new RegExp(`^https?://${HOST}:[0-9]{1,5}$`),
	wrong: 'is not a proxy URL',
	problem: (value) => {
		if (!/^https?:\/\//.test(value)) return 'does not start with http:// or https://';
		if (value.includes('@')) return 'contains a user or password, which the AMI does not support';
		const rest = value.replace(/^https?:\/\//, '');
		if (rest.includes('/')) return 'contains a path; remove everything after the port';
		const port = /:(\d+)$/.exec(rest)?.[1];
		if (port === undefined) return 'has no port';
		if (Number(port) < 1 || Number(port) > 65_535)
			return `has port ${port}; the port must be between 1 and 65535`;
		return findAmiCharacterProblem(value, '.');
	},
});

/** Hosts reached without the proxy, separated by commas and no spaces. */
export const optionalNoProxyRule = createOptionalTextRule({
	rule: 'hostnames, .domains, addresses or IPv4 blocks, separated by commas without spaces',
	pattern: /^[A-Za-z0-9.:/_-]+(,[A-Za-z0-9.:/_-]+)*$/,
	wrong: 'is not a comma-separated list',
	problem: (value) => {
		if (/\s/.test(value)) return 'contains whitespace; separate the hosts with commas only';
		if (value.includes('*')) return 'contains *; for all hosts of a domain, use .example.com';
		if (/^,|,,|,$/.test(value)) return 'contains an empty entry';
		const url = value.split(',').find((entry) => entry.includes('://'));
		if (url !== undefined) return 'contains a URL; use only the host';
		const block = value.split(',').find((entry) => entry.includes('/') && !parseCidr(entry));
		if (block !== undefined) return `contains ${block}, which is not an IPv4 block`;
		return findAmiCharacterProblem(value, '.,');
	},
});
