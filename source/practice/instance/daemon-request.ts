import { request } from 'node:http';
import { type InstanceLayout, type InstanceReadyFile, readJsonFile } from './instance-layout.ts';

/**
 * Requests a task from the daemon of the instance.
 *
 * @throws Error if the instance is not running, or the task failed
 */
export async function requestDaemonTask(
	layout: InstanceLayout,
	task: string,
): Promise<{ ok: boolean; words: string }> {
	const ready = await readJsonFile<InstanceReadyFile>(layout.ready);
	if (ready === undefined) throw new Error('the practice instance is not running');
	return await new Promise((resolve, reject) => {
		const outgoing = request(
			{
				...{ host: '127.0.0.1', port: ready.statusPort, agent: false, method: 'POST' },
				...{ path: `/errand/${task}`, headers: { 'x-token': ready.token } },
			},
			(response) => {
				let text = '';
				response.setEncoding('utf8').on('data', (chunk: string) => {
					text += chunk;
				});
				response.on('error', reject);
				response.on('end', () => {
					const { ok = false, words = '' } = JSON.parse(text) as { ok?: boolean; words?: string };
					if (response.statusCode === 200) resolve({ ok, words });
					else reject(new Error(words || `unknown task ${task}`));
				});
			},
		);
		outgoing.on('error', reject);
		outgoing.end();
	});
}
