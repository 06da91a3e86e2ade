import { createServer, type IncomingMessage } from 'node:http';
import { listenOnLoopback, requestLoopback } from '../loopback.ts';
import { type InstanceLayout, type InstanceReadyFile, readJsonFile } from './instance-layout.ts';

/** What a command of the instance prints, and whether it succeeded. */
interface TaskResult {
	ok: boolean;
	words: string;
}

/** The tasks that the instance's commands request from its daemon, by name. */
export type DaemonTasks = Readonly<Record<string, () => Promise<TaskResult | undefined>>>;

const STATUS_PATH = '/admin/bootstrap/status.json';

/**
 * Serves the product's status page on a free loopback port, and the tasks of the instance's
 * commands with a token.
 *
 * @param isHealthy Whether everything the product needs is running.
 */
export async function startStatusAndTaskServer(
	isHealthy: () => Promise<boolean>,
	tasks: DaemonTasks,
	token: string,
): Promise<{ readonly port: number; close(): void }> {
	const respond = async ({ method, url: path = '', headers }: IncomingMessage) => {
		if (method === 'GET' && path === STATUS_PATH) {
			return (await isHealthy())
				? { status: 200, body: { status: 'All Systems Operational' } }
				: { status: 503, body: { status: 'Vault is sealed or not responding' } };
		}
		const task = tasks[path.replace(/^\/task\//, '')];
		if (method !== 'POST' || headers['x-token'] !== token || task === undefined) {
			return { status: 404, body: { status: 'not found' } };
		}
		return { status: 200, body: (await task()) ?? { ok: true, words: '' } };
	};
	const server = createServer(async (request, response) => {
		request.resume();
		const { status, body } = await respond(request).catch((error: unknown) => ({
			status: 500,
			body: { ok: false, words: error instanceof Error ? error.message : String(error) },
		}));
		if (response.destroyed) return;
		response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
		response.end(`${JSON.stringify(body)}\n`);
	});
	const port = await listenOnLoopback(server);
	return {
		port,
		close() {
			server.close();
			server.closeAllConnections();
		},
	};
}

/**
 * Requests a task from the daemon of the instance.
 *
 * @throws Error if the instance is not running, or the task failed
 */
export async function requestDaemonTask(layout: InstanceLayout, task: string): Promise<TaskResult> {
	const ready = readJsonFile<InstanceReadyFile>(layout.ready);
	if (ready === undefined) throw new Error('the practice instance is not running');
	const { status, text } = await requestLoopback(
		`http://127.0.0.1:${ready.statusPort}/task/${task}`,
		{ method: 'POST', headers: { 'x-token': ready.token } },
	);
	const { ok = false, words = '' } = JSON.parse(text) as Partial<TaskResult>;
	if (status !== 200) throw new Error(words || `unknown task ${task}`);
	return { ok, words };
}
