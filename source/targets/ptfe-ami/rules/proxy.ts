import { parseCidr } from '../../../steps/rules/cidr.ts';
import { findCharacterProblem } from '../../../steps/rules/supported-characters.ts';
import { createOptionalTextRule } from '../../../steps/rules/value-rule.ts';

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
		return findCharacterProblem(value, '.');
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
		return findCharacterProblem(value, '.,');
	},
});
