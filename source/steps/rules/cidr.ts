import {
	createListRule,
	createTextRule,
	type ProblemFinder,
	suggestIfValid,
	type TextRuleOptions,
} from './value-rule.ts';

interface Cidr {
	/** The address as an unsigned 32-bit number. */
	address: number;
	/** Length of the prefix, 0 to 32. */
	prefix: number;
}

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** An IPv4 block in CIDR notation, or undefined if the text is not one. Host bits are kept. */
export function parseCidr(text: string): Cidr | undefined {
	const [, ...parts] = CIDR.exec(text) ?? [];
	if (parts.length !== 5) return undefined;
	// Some parsers read 010 as octal.
	if (parts.some((part) => part.length > 1 && part.startsWith('0'))) return undefined;
	const [a, b, c, d, prefix] = parts.map(Number) as [number, number, number, number, number];
	if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
	return { address: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0, prefix };
}

function maskOf(prefix: number): number {
	return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}

/** `10.1.2.3/16` as `10.1.0.0/16`. */
function formatNetworkAddress({ address, prefix }: Cidr): string {
	const network = (address & maskOf(prefix)) >>> 0;
	return `${[24, 16, 8, 0].map((shift) => (network >>> shift) & 255).join('.')}/${prefix}`;
}

/** Whether `outer` contains all of `inner`. */
export function cidrContains(outer: Cidr, inner: Cidr): boolean {
	const mask = maskOf(outer.prefix);
	return (
		inner.prefix >= outer.prefix && (inner.address & mask) >>> 0 === (outer.address & mask) >>> 0
	);
}

// RFC 1918, and RFC 6598 for carrier-grade NAT.
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].flatMap(
	(block) => parseCidr(block) ?? [],
);

/** Whether a block contains only addresses that are not routed on the internet. */
export function isPrivateCidr(block: Cidr): boolean {
	return PRIVATE.some((range) => cidrContains(range, block));
}

const cidrProblem =
	(facts: () => TextRuleOptions): ProblemFinder<string> =>
	(value) => {
		if (value.includes(':')) return 'is an IPv6 block; only IPv4 is supported';
		if (parseCidr(`${value}/32`)) {
			const use = suggestIfValid(facts(), `${value}/32`);
			return `has no prefix length${use.replace('; use', '; for a single address, use')}`;
		}
		const block = parseCidr(value);
		if (block === undefined) return 'is not an IPv4 block in CIDR notation';
		const network = formatNetworkAddress(block);
		return network === value ? undefined : `has host bits set${suggestIfValid(facts(), network)}`;
	};

const cidrFacts: TextRuleOptions = {
	rule: 'IPv4 in CIDR notation, such as 10.1.0.0/16',
	pattern: /^([0-9]{1,3}\.){3}[0-9]{1,3}\/[0-9]{1,2}$/,
	wrong: 'is not an IPv4 block in CIDR notation',
	problem: cidrProblem(() => cidrFacts),
};

/** Up to 60 blocks: the default limit of rules per security group. */
export const cidrBlocksRule = createListRule({
	of: cidrFacts,
	rule: 'up to 60 different IPv4 blocks in CIDR notation',
	max: 60,
});

const vpcCidrFacts: TextRuleOptions = {
	...cidrFacts,
	rule: 'IPv4 in CIDR notation, /16 to /20, such as 172.23.0.0/16',
	problem: (value) => {
		const wrong = cidrProblem(() => vpcCidrFacts)(value);
		if (wrong !== undefined) return wrong;
		const { prefix } = parseCidr(value) ?? { prefix: 0 };
		if (prefix < 16) return `is a /${prefix}; the largest VPC that AWS supports is /16`;
		if (prefix > 20)
			return `is a /${prefix}; a range smaller than /20 has too few addresses per subnet`;
		return undefined;
	},
};

/** The block of a new VPC: at most /16 (AWS limit), and large enough for four subnets. */
export const vpcCidrRule = createTextRule(vpcCidrFacts);
