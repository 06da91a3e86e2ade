import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { killCredentialProcess } from '../../source/aws/kill-credential-process.ts';

it('kills no process where /proc is not available', async () => {
	const child = spawn('sh', ['-c', 'echo started; read line; exit 7'], {
		stdio: ['pipe', 'pipe', 'ignore'],
	});
	await once(child.stdout, 'data');
	killCredentialProcess('/missing/proc');
	killCredentialProcess('/missing/proc');
	const exit = once(child, 'exit');
	child.stdin.end('\n');
	expect(await exit).toEqual([7, null]);
});
