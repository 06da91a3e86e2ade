import type { Rule } from '../../engine/question.ts';
import { listOf, textOf } from '../rules/answers.ts';
import { isPrivate, parseCidr } from '../rules/cidr.ts';

const ZONES = 'network.create.availability_zones';
const CIDR = 'network.create.cidr';

// Docker's bridge on the machine itself has this block; a VPC inside it is out of its reach.
const DOCKER_BRIDGE = /^172\.17\./;

export const networkRules: readonly Rule[] = [
	{
		id: 'zones-of-region',
		keys: [ZONES, 'region'],
		text: 'The availability zones must belong to the region.',
		check: (answers) => {
			const region = textOf(answers, 'region');
			const foreign = listOf(answers, ZONES).find(
				(zone) => /[a-z]$/.test(zone) && zone.slice(0, -1) !== region,
			);
			return region === '' || foreign === undefined
				? undefined
				: `${foreign} is not a zone of ${region}`;
		},
	},
	{
		id: 'vpc-addresses-private',
		keys: [CIDR],
		text: 'A new VPC must have private addresses: those who own a public range could not be reached from it.',
		check: (answers) => {
			const text = textOf(answers, CIDR);
			const block = parseCidr(text);
			if (block === undefined || isPrivate(block)) return undefined;
			return `${text} is a public range; take one within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`;
		},
	},
	{
		id: 'vpc-apart-from-docker',
		keys: [CIDR],
		text: 'A new VPC must not lie in 172.17.0.0/16: the containers on the machine have those addresses.',
		check: (answers) => {
			const text = textOf(answers, CIDR);
			return DOCKER_BRIDGE.test(text)
				? `${text} is the network of the containers on the machine; take another`
				: undefined;
		},
	},
];
