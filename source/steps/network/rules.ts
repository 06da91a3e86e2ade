import type { AnswerRule } from '../../engine/question.ts';
import { isPrivateCidr, parseCidr } from '../rules/cidr.ts';
import { readListAnswer, readTextAnswer } from '../rules/read-answers.ts';

const ZONES = 'network.create.availability_zones';
const CIDR = 'network.create.cidr';

// Docker's bridge on the instance uses this block, so the instance could not reach a VPC in it.
const DOCKER_BRIDGE = /^172\.17\./;

export const networkRules: readonly AnswerRule[] = [
	{
		id: 'zones-of-region',
		keys: [ZONES, 'region'],
		text: 'The availability zones must be in the configured region.',
		check: (answers) => {
			const region = readTextAnswer(answers, 'region');
			const foreign = readListAnswer(answers, ZONES).find(
				(zone) => /[a-z]$/.test(zone) && zone.slice(0, -1) !== region,
			);
			return region === '' || foreign === undefined
				? undefined
				: `${foreign} is not a zone in ${region}`;
		},
	},
	{
		id: 'vpc-addresses-private',
		keys: [CIDR],
		text: 'A new VPC must use a private address range: the owners of a public range would be unreachable from it.',
		check: (answers) => {
			const text = readTextAnswer(answers, CIDR);
			const block = parseCidr(text);
			if (block === undefined || isPrivateCidr(block)) return undefined;
			return `${text} is a public range; use one within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`;
		},
	},
	{
		id: 'vpc-apart-from-docker',
		keys: [CIDR],
		text: 'A new VPC must not be in 172.17.0.0/16, which the containers on the instance use.',
		check: (answers) => {
			const text = readTextAnswer(answers, CIDR);
			return DOCKER_BRIDGE.test(text)
				? `${text} is used by the containers on the instance; use another range`
				: undefined;
		},
	},
];
