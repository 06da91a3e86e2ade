import { expect, it } from 'vitest';
import {
	formatDuration,
	formatInline,
	formatUsualDuration,
} from '../../source/reporters/format.ts';

it.each([
	[0, '0 s'],
	[0.04, '0 s'],
	[1.26, '1.3 s'],
	[9.94, '9.9 s'],
	[9.96, '10 s'],
	[12.4, '12 s'],
	[59.4, '59 s'],
	[59.6, '1 min'],
	[60, '1 min'],
	[61, '1 min 1 s'],
	[208, '3 min 28 s'],
	[3599.7, '1 h 0 min'],
	[3600, '1 h 0 min'],
	[3725, '1 h 2 min'],
	[90_000, '25 h 0 min'],
])('formats %d seconds as %s', (seconds, words) => {
	expect(formatDuration(seconds)).toBe(words);
});

it.each([
	[[5, 30], '5 to 30 s'],
	[[60, 119], '60 to 119 s'],
	[[60, 120], '1 to 2 min'],
	[[1, 15], '1 to 15 s'],
	[[10, 180], '1 to 3 min'],
	[[60, 180], '1 to 3 min'],
	[[480, 840], '8 to 14 min'],
] as const)('formats the usual range %j as %s', (seconds, words) => {
	expect(formatUsualDuration(seconds)).toBe(words);
});

it.each([
	['text', 'text'],
	['', ''],
	[['a', 'b'], 'a, b'],
	[['a', ['b', 3]], 'a, b, 3'],
	[3, '3'],
	[false, 'false'],
	[{ a: 1 }, '{"a":1}'],
	[null, 'null'],
])('formats %j as %s', (value, words) => {
	expect(formatInline(value)).toBe(words);
});
