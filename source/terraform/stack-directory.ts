import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectory } from '../engine/create-directory.ts';
import { replaceFileAtomically } from '../engine/durable-file.ts';
import { limits } from '../engine/limits.ts';
import { readRegularFile, readRegularFileText } from '../engine/regular-file.ts';

/** Records what was rendered, so that manual edits are detected and kept. */
const MANIFEST = '.tfe-wizard.json';

/** Digests of rendered files by name; several if a run was interrupted while writing. */
type Manifest = Record<string, string | string[]>;

interface RenderResult {
	/** Files edited since they were rendered; not overwritten and not removed. */
	kept: string[];
	/** Files written now. */
	written: string[];
	/** Files rendered earlier, no longer needed, and removed now. */
	removed: string[];
}

interface RenderWorkspaceOptions {
	/** Removes earlier rendered files that are not in `files`, unless edited. */
	removeOthers?: boolean;
	/** Files to keep although they are not in `files`. */
	except?: readonly string[];
}

/** The files of a template directory by name, without its tests and notes. */
export function readTemplateFiles(folder: string): Record<string, string> {
	const names = readdirSync(folder).filter((name) => /\.(tf|tftpl|tpl|sh)$/.test(name));
	return Object.fromEntries(
		names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
	);
}

/**
 * Writes the files of a stack to its directory (mode 0600), each only if it differs. A file that
 * was edited since is left unchanged and reported; other files are not touched. Safe to run again
 * after any crash: the manifest records each text before it is written.
 */
export function syncStackFiles(
	folder: string,
	files: Readonly<Record<string, string>>,
	{ removeOthers = false, except = [] }: RenderWorkspaceOptions = {},
): RenderResult {
	createDirectory(folder);
	const before = readManifest(folder);
	const manifest: Manifest = { ...before };
	const meanwhile: Manifest = { ...before };
	const result: RenderResult = { kept: [], written: [], removed: [] };
	for (const [name, content] of Object.entries(files)) {
		const wanted = digest(content);
		const found = digestOf(join(folder, name));
		const known = [before[name] ?? []].flat();
		if (found !== wanted && isEdited(found, known)) {
			result.kept.push(name);
			continue;
		}
		manifest[name] = wanted;
		if (found === wanted) continue;
		meanwhile[name] = [...new Set([...known, found ?? [], wanted].flat())];
		result.written.push(name);
	}
	const others = Object.keys(before).filter((name) => !(name in files) && !except.includes(name));
	for (const name of removeOthers ? others : []) {
		const found = digestOf(join(folder, name));
		if (isEdited(found, [before[name] ?? []].flat())) {
			result.kept.push(name);
			continue;
		}
		delete manifest[name];
		if (found !== undefined) result.removed.push(name);
	}
	if (result.written.length > 0) writeManifest(folder, meanwhile);
	for (const name of result.written) replaceFileAtomically(join(folder, name), files[name] ?? '');
	for (const name of result.removed) rmSync(join(folder, name), { force: true });
	writeManifest(folder, manifest);
	return result;
}

/** An unknown file is overwritten, as after the loss of the manifest. */
function isEdited(found: string | undefined, known: readonly string[]): boolean {
	return found !== undefined && known.length > 0 && !known.includes(found);
}

/** A digest of everything that determines what `init` has to do. */
export function getInitFingerprint(folder: string, pluginFolder: string | undefined): string {
	const hash = createHash('sha256').update(pluginFolder ?? '');
	for (const name of readdirSync(folder).sort()) {
		if (name.endsWith('.tf') || name === '.terraform.lock.hcl') {
			hash.update(name).update(readRegularFile(join(folder, name), limits.configBytes) ?? '');
		}
	}
	return hash.digest('hex');
}

function readManifest(folder: string): Manifest {
	try {
		const value: unknown = JSON.parse(readRegularFileText(join(folder, MANIFEST)) ?? '{}');
		return typeof value === 'object' && value !== null ? (value as Manifest) : {};
	} catch {
		return {};
	}
}

function writeManifest(folder: string, manifest: Manifest): void {
	const path = join(folder, MANIFEST);
	const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
	if (digestOf(path) !== digest(text)) replaceFileAtomically(path, text);
}

/** The digest of a file's text; undefined if there is no file. */
function digestOf(path: string): string | undefined {
	const text = readRegularFileText(path, limits.configBytes);
	return text === undefined ? undefined : digest(text);
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
