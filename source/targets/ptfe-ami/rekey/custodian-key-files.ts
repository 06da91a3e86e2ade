import { readInputFile } from '../../../engine/input-file.ts';
import { limits } from '../../../engine/limits.ts';
import type { LocalReference } from '../../../engine/question.ts';
import { parseCustodianKey } from '../../../vault/pgp/parse-custodian-key.ts';

/** The key files that an answer names, each checked as the rekey would check it. */
export function listCustodianKeyFiles(value: unknown): LocalReference[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, file]) =>
		typeof file === 'string' && file !== ''
			? [{ path: [name], kind: 'file', name: file, inspect: createKeyInspection(name) }]
			: [],
	);
}

function createKeyInspection(name: string): NonNullable<LocalReference['inspect']> {
	return async (path, signal) => {
		const bytes = await readCustodianKeyFile(name, path, signal);
		const parsed = await parseCustodianKey(bytes, { name });
		if (parsed.ok) return undefined;
		const { what, expected } = parsed.problem;
		const [, reason = what] = /^The key of .*?: (.*?)\.?$/s.exec(what) ?? [];
		return `${path} cannot be used: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}; expected ${expected}`;
	};
}

/** @throws WizardError `answers` when it cannot be read, `cancelled` when the signal is aborted. */
export function readCustodianKeyFile(
	name: string,
	path: string,
	signal: AbortSignal | undefined,
): Promise<Buffer> {
	return readInputFile(path, {
		what: `the key file of ${name}`,
		mostBytes: limits.openPgpKeyBytes,
		cut: true,
		signal,
	});
}
