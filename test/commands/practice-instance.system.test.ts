import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCancellationSource } from '../../source/engine/cancellation.ts';
import type { EngineEvent } from '../../source/engine/events.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { Session } from '../../source/engine/session/session.ts';
import { reattachPracticeInstance } from '../../source/practice/instance/practice-instance.ts';
import {
	ensurePracticeCloud,
	ensurePracticeInstance,
	getPracticeEndpoint,
	stopPracticeCloud,
} from '../../source/runs/practice-cloud.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const run = promisify(execFile);
const folder = createTemporaryDirectory();
/** An external cloud; the instance only needs an endpoint that responds. */
let cloud: Server;
let endpoint: string;
let session: Session;

beforeAll(async () => {
	cloud = createServer((_, response) => response.end());
	endpoint = `http://127.0.0.1:${await listenOnFreePort(cloud)}`;
	const options = { home: folder, name: 'practice', practice: true };
	session = Session.open({ ...options, secrets: new SecretRegistry() });
});

afterAll(async () => {
	await stopPracticeCloud(session);
	session.close();
	cloud.close();
});

async function outcome<T>(events: AsyncGenerator<EngineEvent, T>) {
	const said: string[] = [];
	for (;;) {
		const next = await events.next();
		if (next.done === true) return { value: next.value, said };
		if (next.value.type === 'note') said.push(next.value.text);
	}
}

it('starts one practice instance per session, reuses it, keeps its disk and stops it with the session', async () => {
	expect(() => getPracticeEndpoint(session.record)).toThrow('has no practice cloud');
	const cancel = createCancellationSource();
	await outcome(ensurePracticeCloud(session, cancel, endpoint));
	expect(getPracticeEndpoint(session.record)).toBe(endpoint);

	const first = await outcome(ensurePracticeInstance(session, cancel, endpoint));
	expect(first.said.join('\n')).toMatch(
		/practice instance uses [\s\S]*practice instance available over SSH/,
	);
	const again = await outcome(ensurePracticeInstance(session, cancel, endpoint));
	expect(again.value.pid).toBe(first.value.pid);
	expect(again.said).toEqual([]);

	const key = async (configFile: string) => {
		const words = ['-F', configFile, 'x', 'sudo cat /data/vault-unseal-key'];
		return (await run('ssh', words)).stdout;
	};
	const before = await key(first.value.configFile);
	await first.value.stop();
	const later = await outcome(ensurePracticeInstance(session, cancel, endpoint));
	expect(later.value.pid).not.toBe(first.value.pid);
	expect(await key(later.value.configFile)).toBe(before);

	expect(await stopPracticeCloud(session)).toBe(true);
	expect(await reattachPracticeInstance(later.value)).toBeUndefined();
	expect(await stopPracticeCloud(session)).toBe(false);
});
