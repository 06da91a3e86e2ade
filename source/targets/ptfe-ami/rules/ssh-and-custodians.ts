import { z } from 'zod';
import { formatCount } from '../../../engine/format.ts';
import {
	createListRule,
	createOptionalTextRule,
	createTextRule,
	type ValueRule,
} from '../../../steps/rules/value-rule.ts';

/** An ssh destination that ssh cannot interpret as an option. */
export const optionalSshHostRule = createOptionalTextRule({
	rule: 'a hostname, an address, or an alias from your ssh configuration',
	pattern: /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/,
	wrong: 'is not a hostname or address',
	problem: (value) =>
		value.includes('@') ? 'contains a user; set instance.ssh.user instead' : undefined,
});

export const loginNameRule = createTextRule({
	rule: 'a login name: lowercase letters, digits, hyphens and underscores',
	pattern: /^[a-z_][a-z0-9_-]{0,31}$/,
	wrong: 'is not a valid login name',
});

/** Vault supports up to 255 shares; a ceremony with more key holders than this is impractical. */
export const MAX_CUSTODIANS = 12;
const CUSTODIAN = /^[A-Za-z][A-Za-z0-9._-]{0,39}$/;

/** Key holders by name, each with the path of a public key file, or '' without a key. */
export const custodiansRule: ValueRule = {
	kind: 'map',
	rule: `2 to ${MAX_CUSTODIANS} names (a letter, then letters, digits, dots, hyphens, underscores), each with the path of an OpenPGP public key file, or empty`,
	schema: z.record(z.string(), z.string()).superRefine((people, context) => {
		const names = Object.keys(people);
		const say = (message: string) => context.addIssue({ code: 'custom', message });
		if (names.length < 2 || names.length > MAX_CUSTODIANS)
			say(`has ${formatCount(names.length, 'key holder')}; 2 to ${MAX_CUSTODIANS} are required`);
		const odd = names.find((name) => !CUSTODIAN.test(name));
		if (odd !== undefined) say(`${JSON.stringify(odd)} is not a valid key holder name`);
		const lower = names.map((name) => name.toLowerCase());
		const twice = names.find((name, index) => lower.indexOf(name.toLowerCase()) !== index);
		if (twice !== undefined) say(`${twice} is listed twice`);
	}),
};

/** Options with a secret of programs that decrypt messages: gpg, pkcs11-tool, openssl … */
const SECRET_OPTION = /^--?(passphrase|password|pin|so-pin)(=|$)/i;

/** A command as a list of arguments. */
export const decryptCommandRule = createListRule({
	of: {
		rule: 'an argument of a command',
		pattern: /^[^\0\n]+$/,
		wrong: 'is empty or contains a line break',
		problem: (word) =>
			SECRET_OPTION.test(word)
				? 'is a secret that every process could read: use --passphrase-file, or --pinentry-mode and an agent'
				: undefined,
	},
	rule: 'a command, one argument per item, without a passphrase or PIN; {custodian} and {file} are replaced by the name and the file',
	max: 30,
	problem: (words) =>
		words.some((word) => word.includes('{file}')) ? undefined : 'does not contain {file}',
});
