import { mkdirSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Stores entries as files in the layout of Vault's file backend: `core/keyring` is `core/_keyring`
 * with `{"Value": BASE64}`. Writes are atomic, even on power loss.
 */
export class FileStorage {
	readonly #folder: string;

	constructor(folder: string) {
		this.#folder = folder;
	}

	async get(key: string): Promise<Buffer | undefined> {
		try {
			const { Value } = JSON.parse(await readFile(this.#path(key), 'utf8')) as { Value: string };
			return Buffer.from(Value, 'base64');
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
			throw error;
		}
	}

	async put(key: string, value: Buffer): Promise<void> {
		const path = this.#path(key);
		mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
		const draft = `${path}.temp`;
		const file = await open(draft, 'w', 0o600);
		try {
			await file.writeFile(JSON.stringify({ Value: value.toString('base64') }));
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(draft, path);
		await syncFolder(dirname(path));
	}

	async delete(key: string): Promise<void> {
		await rm(this.#path(key), { force: true });
		await syncFolder(dirname(this.#path(key)));
	}

	#path(key: string): string {
		const parts = key.split('/');
		const name = parts.pop() ?? '';
		return join(this.#folder, ...parts, `_${name}`);
	}
}

async function syncFolder(path: string): Promise<void> {
	const folder = await open(path, 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}
