import { characterProblem } from './characters.ts';
import { parseCidr } from './cidr.ts';
import { orEmpty } from './value-rule.ts';

const HOST = '[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?';

/** `http://` or `https://`, a host and a port. No user and no password: the URL is no secret. */
export const proxyUrlOrEmpty = orEmpty({
	rule: 'http:// or https://, a host and a port, such as http://proxy.example.com:3128',
	pattern: new RegExp(`^https?://${HOST}:[0-9]{1,5}$`),
	wrong: 'is not the URL of a proxy',
	problem: (value) => {
		if (!/^https?:\/\//.test(value)) return 'begins neither with http:// nor with https://';
		if (value.includes('@')) return 'holds a user or password, which the image cannot take';
		const rest = value.replace(/^https?:\/\//, '');
		if (rest.includes('/')) return 'holds a path; end it after the port';
		const port = /:(\d+)$/.exec(rest)?.[1];
		if (port === undefined) return 'has no port';
		if (Number(port) < 1 || Number(port) > 65_535) return `has port ${port}, 65535 is the highest`;
		return characterProblem(value, '.');
	},
});

/** Hosts reached without the proxy, separated by commas and no spaces. */
export const noProxyOrEmpty = orEmpty({
	rule: 'host names, .domains, addresses or IPv4 blocks, separated by commas, no spaces',
	pattern: /^[A-Za-z0-9.:/_-]+(,[A-Za-z0-9.:/_-]+)*$/,
	wrong: 'is not a list separated by commas',
	problem: (value) => {
		if (/\s/.test(value)) return 'holds white space; separate the hosts by commas alone';
		if (value.includes('*')) return 'holds *; for all hosts of a domain write .example.com';
		if (/^,|,,|,$/.test(value)) return 'holds an empty entry';
		const url = value.split(',').find((entry) => entry.includes('://'));
		if (url !== undefined) return 'holds a URL; write the host alone';
		const block = value.split(',').find((entry) => entry.includes('/') && !parseCidr(entry));
		if (block !== undefined) return `holds ${block}, which is not an IPv4 block`;
		return characterProblem(value, '.,');
	},
});
