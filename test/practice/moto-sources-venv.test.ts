import { chmodSync, existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
	createMotoEnvironment,
	ensureMotoVenv,
	getVenvPython,
} from '../../source/practice/moto-sources.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

it('runs nothing from a cache directory that is writable by others', async () => {
	const folder = createTemporaryDirectory();
	const cacheDir = join(folder, 'cache');
	const ran = join(folder, 'ran');
	const python = getVenvPython(cacheDir);
	await mkdir(join(python, '..'), { recursive: true });
	await writeFile(python, `#!/bin/sh\ntouch '${ran}'; echo 5.2.1\n`, { mode: 0o755 });
	const environment = createMotoEnvironment(process.env);
	const make = () => ensureMotoVenv({ environment, cacheDir, progress: () => {} });
	chmodSync(cacheDir, 0o777);
	await expect(make()).rejects.toThrow(`${cacheDir} is writable by other users`);
	expect(existsSync(ran)).toBe(false);
	chmodSync(cacheDir, 0o700);
	await make();
	expect(existsSync(ran)).toBe(true);
});
