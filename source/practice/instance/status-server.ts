import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

interface StatusServer {
	readonly port: number;
	close(): void;
}

/**
 * The tasks that the instance's commands request from its daemon, by name; the reply is what they
 * print.
 */
export type DaemonTasks = Readonly<Record<string, () => Promise<{ ok: boolean; words: string }>>>;

const STATUS_PATH = '/admin/bootstrap/status.json';

/**
 * Serves the product's status page on a free loopback port, and the tasks of the instance's
 * commands with a token.
 *
 * @param healthy Whether everything the product needs is running.
 */
export async function startStatusServer(
	healthy: () => Promise<boolean>,
	errands: DaemonTasks,
	token: string,
): Promise<StatusServer> {
	const server: Server = createServer((request, response) => {
		const reply = (status: number, body: unknown) => {
			response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
			response.end(`${JSON.stringify(body)}\n`);
		};
		answer(request, response, { healthy, errands, token, reply }).catch((error: unknown) => {
			reply(500, { ok: false, words: error instanceof Error ? error.message : String(error) });
		});
	});
	const port = await new Promise<number>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			resolve(typeof address === 'object' && address !== null ? address.port : 0);
		});
	});
	return {
		port,
		close() {
			server.close();
			server.closeAllConnections();
		},
	};
}

async function answer(
	request: IncomingMessage,
	response: ServerResponse,
	page: {
		healthy(): Promise<boolean>;
		errands: DaemonTasks;
		token: string;
		reply(status: number, body: unknown): void;
	},
): Promise<void> {
	request.resume();
	const path = request.url ?? '';
	if (request.method === 'GET' && path === STATUS_PATH) {
		const up = await page.healthy();
		return page.reply(up ? 200 : 503, {
			status: up ? 'All Systems Operational' : 'Vault is sealed or not responding',
		});
	}
	const errand = page.errands[path.replace(/^\/errand\//, '')];
	if (request.method !== 'POST' || request.headers['x-token'] !== page.token || !errand) {
		return page.reply(404, { status: 'not found' });
	}
	const { ok, words } = await errand();
	if (!response.destroyed) page.reply(200, { ok, words });
}
