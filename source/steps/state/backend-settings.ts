import { z } from 'zod';
import type { ValueRule } from '../rules/value-rule.ts';
import { backendTypes, findBackendType } from './backend-types.ts';

/** Placeholder in any value for the name of the stack (network, access, install). */
export const STACK_PLACEHOLDER = '{stack}';

/** The name of an argument in a backend block. */
export const ARGUMENT_NAME_PATTERN = /^[a-z][a-z0-9_]*$/;

interface Breach {
	path: (string | number)[];
	message: string;
}

const COPIED = 'Terraform copies it into .terraform/ and every plan file';

// Settings of backends that are not in the table, or of later Terraform releases.
const SECRET_NAME =
	/passw(or)?d|passphrase|secret|token|private_key|api_?key|access_key|credential|conn_str/;
const HARMLESS_NAME = /(_path|_paths|_file|_files|_dir|_suffix|_url|_ids?|_ocid|_type|_method)$/;

function secretNameBreach(name: string): string | undefined {
	const known = backendTypes.filter(({ secrets }) => name in secrets);
	if (known.length > 0) {
		const instead = known.map(({ type, secrets }) => `${secrets[name]} (${type})`).join(', ');
		return `is a secret, and ${COPIED}; omit it and use ${instead}`;
	}
	if (name === 'credentials' || name === 'shared_credentials_file') return undefined;
	return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name)
		? `is a secret, and ${COPIED}; omit it and use the backend's environment variable`
		: undefined;
}

function secretValueBreach(name: string, value: string): string | undefined {
	if (/^[a-z][a-z0-9+.-]*:\/\/[^/\s]*:[^/\s]*@/i.test(value)) {
		return `contains a password in a URL, and ${COPIED}; omit it and use the backend's environment variable`;
	}
	if (value.includes('-----BEGIN') && value.includes('PRIVATE KEY')) {
		return `contains a private key, and ${COPIED}; specify the path of a file`;
	}
	if (name === 'credentials' && value.trimStart().startsWith('{')) {
		return `contains a key, and ${COPIED}; specify the path of its file, or use GOOGLE_BACKEND_CREDENTIALS`;
	}
	return undefined;
}

function breachesIn(name: string, value: unknown, path: (string | number)[]): Breach[] {
	const secret =
		secretNameBreach(name) ??
		(typeof value === 'string' ? secretValueBreach(name, value) : undefined);
	if (secret !== undefined) return [{ path, message: secret }];
	if (value === null) return [{ path, message: 'has no value; omit it' }];
	if (typeof value !== 'object') return [];
	const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
	return inner.flatMap(([key, item]) =>
		breachesIn(typeof key === 'number' ? name : key, item, [...path, key]),
	);
}

/** Settings of a backend block: any JSON without secrets. Messages never quote a value. */
export const backendSettingsRule: ValueRule = {
	rule: 'arguments of the backend block, without secrets',
	schema: z.record(z.string(), z.unknown()).superRefine((settings, context) => {
		for (const [name, value] of Object.entries(settings)) {
			if (!ARGUMENT_NAME_PATTERN.test(name)) {
				const message = 'is not a valid setting name: use lowercase letters, digits and _';
				context.addIssue({ code: 'custom', path: [name], message });
			}
			for (const { path, message } of breachesIn(name, value, [name])) {
				context.addIssue({ code: 'custom', path, message });
			}
		}
	}),
};

/** Whether `value` contains `{stack}` anywhere. */
export function containsStackPlaceholder(value: unknown): boolean {
	return JSON.stringify(value ?? null).includes(STACK_PLACEHOLDER);
}

function replaceStack(value: unknown, stack: string): unknown {
	if (typeof value === 'string') return value.replaceAll(STACK_PLACEHOLDER, () => stack);
	if (Array.isArray(value)) return value.map((item) => replaceStack(item, stack));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [key, replaceStack(item, stack)]),
	);
}

/**
 * The settings for the state of one stack. `{stack}` is replaced everywhere. Without it, the
 * stack's name is appended to the setting that identifies the state; if that setting is missing,
 * it starts with `fallback` (the session's name).
 */
export function getStackBackendSettings(
	type: string,
	settings: Readonly<Record<string, unknown>>,
	stack: string,
	fallback = 'tfe',
): Record<string, unknown> {
	if (containsStackPlaceholder(settings))
		return replaceStack(settings, stack) as Record<string, unknown>;
	const backend = findBackendType(type);
	if (backend === undefined) return { ...settings };
	const { setting, separator } = backend.names;
	const named = (base: unknown) =>
		`${typeof base === 'string' && base !== '' ? base : fallback}${separator}${stack}`;
	if (setting !== 'workspaces') return { ...settings, [setting]: named(settings[setting]) };
	const { workspaces } = settings;
	const given = typeof workspaces === 'object' && workspaces !== null ? workspaces : {};
	return { ...settings, workspaces: { name: named('name' in given ? given.name : undefined) } };
}
