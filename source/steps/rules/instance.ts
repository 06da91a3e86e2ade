import { z } from 'zod';
import { nameOf } from './characters.ts';
import { listRule, orEmpty, textRule, type ValueRule } from './value-rule.ts';

/** What may stand after `ssh`: never anything ssh would take for an option. */
export const sshHostOrEmpty = orEmpty({
	rule: 'a host name, an address, or an alias of your ssh configuration',
	pattern: /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/,
	wrong: 'is no host name or address',
	problem: (value) =>
		value.includes('@') ? 'holds a user; the user has a key of its own' : undefined,
});

export const loginName = textRule({
	rule: 'a login name: letters, digits, dashes and underscores',
	pattern: /^[a-z_][a-z0-9_-]{0,31}$/,
	wrong: 'is no login name',
});

export const fileOrEmpty = orEmpty({
	rule: 'the path of a file',
	pattern: /^[^\s](.*[^\s])?$/,
	wrong: 'is not a path',
	problem: (value) => {
		const odd = [...value].find((character) => character < ' ');
		return odd === undefined ? undefined : `holds ${nameOf(odd)}`;
	},
});

/** Vault takes up to 255 shares; more than this no ceremony can gather. */
export const MOST_CUSTODIANS = 12;
const CUSTODIAN = /^[A-Za-z][A-Za-z0-9._-]{0,39}$/;

/** Custodians by name, each with the file of their public key, or '' where they have none. */
export const custodians: ValueRule = {
	rule: `2 to ${MOST_CUSTODIANS} names (a letter, then letters, digits, dots, dashes, underscores), each with the file of an OpenPGP public key, or empty`,
	schema: z.record(z.string(), z.string()).superRefine((people, context) => {
		const names = Object.keys(people);
		const say = (message: string) => context.addIssue({ code: 'custom', message });
		if (names.length < 2 || names.length > MOST_CUSTODIANS)
			say(
				`has ${names.length} ${names.length === 1 ? 'custodian' : 'custodians'}, 2 to ${MOST_CUSTODIANS} are needed`,
			);
		const odd = names.find((name) => !CUSTODIAN.test(name));
		if (odd !== undefined) say(`${JSON.stringify(odd)} cannot name a custodian`);
		const lower = names.map((name) => name.toLowerCase());
		const twice = names.find((name, index) => lower.indexOf(name.toLowerCase()) !== index);
		if (twice !== undefined) say(`${twice} is named twice`);
	}),
};

/** Options that programs which open messages take a secret from: gpg, pkcs11-tool, openssl … */
const SECRET_OPTION = /^--?(passphrase|password|pin|so-pin)(=|$)/i;

/** A command, word by word. */
export const openCommand = listRule({
	of: {
		rule: 'a word of a command',
		pattern: /^[^\0\n]+$/,
		wrong: 'is empty or holds a line break',
		problem: (word) =>
			SECRET_OPTION.test(word)
				? 'gives a secret that every process could read: use --passphrase-file, or --pinentry-mode and an agent'
				: undefined,
	},
	rule: 'a command, one word an item; {custodian} and {file} stand for the name and the file, and no passphrase or PIN is among them',
	max: 30,
	problem: (words) =>
		words.some((word) => word.includes('{file}')) ? undefined : 'names no {file} to open',
});
