import { createServer, request } from 'node:http';
import { closeServer, listenOnFreePort } from '../../helpers/local-server.ts';

/**
 * Passes all calls on unchanged and remembers the forms among them (ec2, rds, iam …): what was
 * asked of a cloud that does not tell any more, such as the password of a database.
 */
export async function startAwsFormRecorder(target: string) {
	const { hostname, port } = new URL(target);
	const forms: URLSearchParams[] = [];
	const server = createServer(async (incoming, outgoing) => {
		const parts: Buffer[] = [];
		incoming.on('error', () => {});
		const upstream = request({
			...{ hostname, port, method: incoming.method, path: incoming.url },
			headers: incoming.rawHeaders,
		});
		upstream.on('error', () => incoming.socket.destroy());
		upstream.on('response', (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
			answer.on('error', () => incoming.socket.destroy());
			answer.pipe(outgoing);
		});
		// A caller that was killed is gone for whatever stands behind, too.
		outgoing.on('close', () => {
			if (!outgoing.writableFinished) upstream.destroy();
		});
		incoming.on('data', (part: Buffer) => parts.push(part));
		incoming.pipe(upstream);
		incoming.on('end', () => {
			if (incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
				forms.push(new URLSearchParams(Buffer.concat(parts).toString('latin1')));
		});
	});
	server.keepAliveTimeout = 60_000;
	server.requestTimeout = 0;
	const ownPort = await listenOnFreePort(server);
	return {
		endpoint: `http://127.0.0.1:${ownPort}`,
		/** Values of a parameter of an action, call by call. */
		asked: (action: string, parameter: string) =>
			forms
				.filter((form) => form.get('Action') === action)
				.map((form) => form.get(parameter) ?? ''),
		stop: () => closeServer(server),
	};
}
