import { z } from 'zod';
import type { ValueRule } from '../rules/value-rule.ts';
import { backendOf, backendTypes } from './backends.ts';

/** Stands in any value for the name of the part (network, access, install) whose state it is. */
export const STACK = '{stack}';

/** The name of an argument in the block of a backend. */
export const ARGUMENT = /^[a-z][a-z0-9_]*$/;

interface Breach {
	path: (string | number)[];
	message: string;
}

const COPIED = 'Terraform would copy it into .terraform/ and every plan file';

// Settings of backends not in the table, or of later releases of Terraform.
const SECRET_NAME =
	/passw(or)?d|passphrase|secret|token|private_key|api_?key|access_key|credential|conn_str/;
const HARMLESS_NAME = /(_path|_paths|_file|_files|_dir|_suffix|_url|_ids?|_ocid|_type|_method)$/;

function secretNameBreach(name: string): string | undefined {
	const known = backendTypes.filter(({ secrets }) => name in secrets);
	if (known.length > 0) {
		const instead = known.map(({ type, secrets }) => `${secrets[name]} (${type})`).join(', ');
		return `carries a secret, and ${COPIED}; leave it out and use ${instead}`;
	}
	if (name === 'credentials' || name === 'shared_credentials_file') return undefined;
	return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name)
		? `carries a secret, and ${COPIED}; leave it out and use the backend's environment variable`
		: undefined;
}

function secretValueBreach(name: string, value: string): string | undefined {
	if (/^[a-z][a-z0-9+.-]*:\/\/[^/\s]*:[^/\s]*@/i.test(value)) {
		return `holds a password within a URL, and ${COPIED}; leave it out and use the backend's environment variable`;
	}
	if (value.includes('-----BEGIN') && value.includes('PRIVATE KEY')) {
		return `holds a private key, and ${COPIED}; give the path of a file`;
	}
	if (name === 'credentials' && value.trimStart().startsWith('{')) {
		return `holds a key, and ${COPIED}; give the path of its file, or use GOOGLE_BACKEND_CREDENTIALS`;
	}
	return undefined;
}

function breachesIn(name: string, value: unknown, path: (string | number)[]): Breach[] {
	const secret =
		secretNameBreach(name) ??
		(typeof value === 'string' ? secretValueBreach(name, value) : undefined);
	if (secret !== undefined) return [{ path, message: secret }];
	if (value === null) return [{ path, message: 'has no value; leave it out' }];
	if (typeof value !== 'object') return [];
	const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
	return inner.flatMap(([key, item]) =>
		breachesIn(typeof key === 'number' ? name : key, item, [...path, key]),
	);
}

/** Settings of a backend's block: any JSON, but no secret. Messages never quote a value. */
export const backendSettings: ValueRule = {
	rule: "the arguments of the backend's block, without secrets",
	schema: z.record(z.string(), z.unknown()).superRefine((settings, context) => {
		for (const [name, value] of Object.entries(settings)) {
			if (!ARGUMENT.test(name)) {
				const message = 'is not the name of a setting: lower-case letters, digits and _';
				context.addIssue({ code: 'custom', path: [name], message });
			}
			for (const { path, message } of breachesIn(name, value, [name])) {
				context.addIssue({ code: 'custom', path, message });
			}
		}
	}),
};

/** Whether `{stack}` stands anywhere in `value`. */
export function namesStack(value: unknown): boolean {
	return JSON.stringify(value ?? null).includes(STACK);
}

function replaceStack(value: unknown, stack: string): unknown {
	if (typeof value === 'string') return value.replaceAll(STACK, () => stack);
	if (Array.isArray(value)) return value.map((item) => replaceStack(item, stack));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [key, replaceStack(item, stack)]),
	);
}

/**
 * The settings for the state of one stack. `{stack}` is replaced wherever it stands; where it
 * stands nowhere, the stack's name is added to the setting that tells states apart, which
 * starts from `fallback` (best the session's name) when it is not given.
 */
export function settingsForStack(
	type: string,
	settings: Readonly<Record<string, unknown>>,
	stack: string,
	fallback = 'tfe',
): Record<string, unknown> {
	if (namesStack(settings)) return replaceStack(settings, stack) as Record<string, unknown>;
	const backend = backendOf(type);
	if (backend === undefined) return { ...settings };
	const { setting, separator } = backend.names;
	const named = (base: unknown) =>
		`${typeof base === 'string' && base !== '' ? base : fallback}${separator}${stack}`;
	if (setting !== 'workspaces') return { ...settings, [setting]: named(settings[setting]) };
	const { workspaces } = settings;
	const given = typeof workspaces === 'object' && workspaces !== null ? workspaces : {};
	return { ...settings, workspaces: { name: named('name' in given ? given.name : undefined) } };
}
