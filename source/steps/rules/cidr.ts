import { listRule, type Problem, textRule } from './value-rule.ts';

export interface Cidr {
	/** The address as an unsigned 32-bit number. */
	address: number;
	/** Length of the prefix, 0 to 32. */
	prefix: number;
}

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** An IPv4 block in CIDR notation, or undefined when it is none. Host bits are kept. */
export function parseCidr(text: string): Cidr | undefined {
	const [, ...parts] = CIDR.exec(text) ?? [];
	if (parts.length !== 5) return undefined;
	// 010 would be eight to some readers and ten to others.
	if (parts.some((part) => part.length > 1 && part.startsWith('0'))) return undefined;
	const [a, b, c, d, prefix] = parts.map(Number) as [number, number, number, number, number];
	if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
	return { address: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0, prefix };
}

function maskOf(prefix: number): number {
	return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}

/** `10.1.2.3/16` as `10.1.0.0/16`. */
export function networkOf({ address, prefix }: Cidr): string {
	const network = (address & maskOf(prefix)) >>> 0;
	return `${[24, 16, 8, 0].map((shift) => (network >>> shift) & 255).join('.')}/${prefix}`;
}

/** Whether `inner` lies wholly within `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
	const mask = maskOf(outer.prefix);
	return (
		inner.prefix >= outer.prefix && (inner.address & mask) >>> 0 === (outer.address & mask) >>> 0
	);
}

// RFC 1918 and, for networks that share addresses with their carrier, RFC 6598.
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].flatMap(
	(block) => parseCidr(block) ?? [],
);

/** Whether a block holds only addresses that never come in from the internet. */
export function isPrivate(block: Cidr): boolean {
	return PRIVATE.some((range) => contains(range, block));
}

const cidrProblem: Problem<string> = (value) => {
	if (value.includes(':')) return 'is an IPv6 block; this installation is IPv4 only';
	if (parseCidr(`${value}/32`)) return `has no length; one address alone is ${value}/32`;
	const block = parseCidr(value);
	if (block === undefined) return 'is not an IPv4 block in CIDR notation';
	const network = networkOf(block);
	return network === value ? undefined : `has host bits set; the block is ${network}`;
};

const cidrFacts = {
	rule: 'IPv4 in CIDR notation, such as 10.1.0.0/16',
	pattern: /^([0-9]{1,3}\.){3}[0-9]{1,3}\/[0-9]{1,2}$/,
	wrong: 'is not an IPv4 block in CIDR notation',
	problem: cidrProblem,
};

/** Up to 60 blocks: as many rules as a security group takes by default. */
export const cidrBlocks = listRule({
	of: cidrFacts,
	rule: 'up to 60 different IPv4 blocks in CIDR notation',
	max: 60,
});

/** The block of a new VPC: what AWS takes (/16 at the most) and four subnets still fit in. */
export const vpcCidr = textRule({
	...cidrFacts,
	rule: 'IPv4 in CIDR notation, /16 to /20, such as 172.23.0.0/16',
	problem: (value) => {
		const wrong = cidrProblem(value);
		if (wrong !== undefined) return wrong;
		const { prefix } = parseCidr(value) ?? { prefix: 0 };
		if (prefix < 16) return `is a /${prefix}; AWS takes no VPC larger than /16`;
		if (prefix > 20) return `is a /${prefix}; smaller than /20 leaves too few addresses per subnet`;
		return undefined;
	},
});
