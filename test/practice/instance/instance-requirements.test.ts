import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WizardError } from '../../../source/engine/errors.ts';
import { assertInstanceCommandsAvailable } from '../../../source/practice/instance/instance-requirements.ts';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';

/** A directory with these commands, each a shell script. */
function createCommands(scripts: Readonly<Record<string, string>>): string {
	const folder = createTemporaryDirectory();
	for (const [name, script] of Object.entries(scripts)) {
		writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
		chmodSync(join(folder, name), 0o755);
	}
	return folder;
}

const check = (scripts: Readonly<Record<string, string>>) =>
	assertInstanceCommandsAvailable(createCommands(scripts));

describe('the commands of the practice instance', () => {
	it('are accepted when setsid and a stat with formats exist', async () => {
		await check({ setsid: '', stat: '[ "$1" = -c ]' });
	});

	it.each([
		[{ stat: '' }, 'this computer has no setsid.'],
		[{ setsid: '' }, 'this computer has no stat with the option -c.'],
		// The stat of macOS.
		[{ stat: 'exit 1' }, 'this computer has no setsid and no stat with the option -c.'],
	])('are named when they are missing: %j', async (scripts: Record<string, string>, message) => {
		const error = await check(scripts).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(WizardError);
		expect(error).toMatchObject({
			message: `The practice instance cannot be started: ${message}`,
			facts: { next: ['tfe-wizard practice --until bootstrap'] },
		});
	});
});
