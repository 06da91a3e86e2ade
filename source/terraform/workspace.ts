import { createHash } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Remembers what was rendered, so that an edit by hand is noticed and kept. */
const MANIFEST = '.tfe-wizard.json';

export interface RenderedWorkspace {
	/** Files a person changed since they were rendered; kept as they are. */
	kept: string[];
	/** Files written now. */
	written: string[];
}

/** The `.tf` files of a template folder, by name. Its tests and notes stay behind. */
export function templateFiles(folder: string): Record<string, string> {
	const names = readdirSync(folder).filter((name) => /\.(tf|tftpl|tpl|sh)$/.test(name));
	return Object.fromEntries(
		names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
	);
}

/**
 * Writes the files of a stack into its folder (mode 0600), each only when it differs. A file that
 * was edited by hand since is left alone and reported; files of others are not touched.
 */
export function renderWorkspace(
	folder: string,
	files: Readonly<Record<string, string>>,
): RenderedWorkspace {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const before = readManifest(folder);
	const manifest: Record<string, string> = { ...before };
	const result: RenderedWorkspace = { kept: [], written: [] };
	for (const [name, content] of Object.entries(files)) {
		const path = join(folder, name);
		const wanted = digest(content);
		const found = existsSync(path) ? digest(readFileSync(path, 'utf8')) : undefined;
		if (
			found !== undefined &&
			found !== wanted &&
			before[name] !== undefined &&
			found !== before[name]
		) {
			result.kept.push(name);
			continue;
		}
		if (found !== wanted) {
			replaceFile(path, content);
			result.written.push(name);
		}
		manifest[name] = wanted;
	}
	const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
	if (result.written.length > 0 || Object.keys(before).length === 0)
		replaceFile(join(folder, MANIFEST), text);
	return result;
}

/** Writes a file whole or not at all. */
export function replaceFile(path: string, content: string): void {
	const draft = `${path}.new`;
	writeFileSync(draft, content, { mode: 0o600, flush: true });
	renameSync(draft, path);
}

/** A digest over everything that decides what `init` has to do. */
export function initFingerprint(folder: string, pluginFolder: string | undefined): string {
	const hash = createHash('sha256').update(pluginFolder ?? '');
	for (const name of readdirSync(folder).sort()) {
		if (name.endsWith('.tf') || name === '.terraform.lock.hcl') {
			hash.update(name).update(readFileSync(join(folder, name)));
		}
	}
	return hash.digest('hex');
}

function readManifest(folder: string): Record<string, string> {
	try {
		const value: unknown = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
		return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
	} catch {
		return {};
	}
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
