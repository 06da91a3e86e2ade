import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { buildChildEnvironment, exactEnvironment } from '../../engine/child-environment.ts';
import type { InstanceCommandResult } from './backup-commands.ts';
import { type InstanceLayout, writeFileAtomically } from './instance-layout.ts';

/**
 * `hashicorp-support`: creates an encrypted bundle of logs. The real one is readable only by the
 * vendor; the key of this one is discarded.
 */
export async function createSupportBundle(layout: InstanceLayout): Promise<InstanceCommandResult> {
	const work = await mkdtemp(join(layout.folder, 'support-'));
	try {
		const archive = join(work, 'bundle.tar.gz');
		await execa('tar', ['-czf', archive, '-C', layout.folder, 'vault.log'], {
			...exactEnvironment(buildChildEnvironment({ for: 'helper', inherited: process.env })),
			stdin: 'ignore',
		});
		const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
		const sealed = Buffer.concat([cipher.update(await readFile(archive)), cipher.final()]);
		await writeFileAtomically(join(layout.support, 'hashicorp-support.tar.gz.enc'), sealed);
	} finally {
		await rm(work, { recursive: true, force: true });
	}
	const path = '/var/lib/hashicorp-support/hashicorp-support.tar.gz.enc';
	return { code: 0, words: `Support bundle written to ${path}` };
}
