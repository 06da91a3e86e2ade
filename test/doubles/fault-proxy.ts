import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { normalizeLoopbackEndpoint } from '../../source/practice/loopback.ts';
import { closeServer, listenOnFreePort } from '../helpers/local-server.ts';
import {
	type AwsCall,
	type FaultAction,
	FaultMatcher,
	type FaultRule,
	formatErrorResponse,
	parseAwsCall,
	parseFormAction,
} from './fault-rules.ts';

export type { FaultAction, FaultRule } from './fault-rules.ts';

export interface ProxiedCall extends AwsCall {
	/** The action applied to it; undefined: forwarded unchanged. */
	fault?: FaultAction;
	/** It was answered, or its caller has disconnected. */
	over: boolean;
}

export interface FaultProxy {
	/** `http://127.0.0.1:PORT`, used in place of the target. */
	endpoint: string;
	/** The calls so far, in order; the last 100,000 are kept. */
	readonly calls: readonly ProxiedCall[];
	/** Replaces the rules and resets their counters. */
	setRules(rules: readonly FaultRule[]): void;
	/** Stops immediately and closes open connections. */
	stop(): Promise<void>;
}

const MOST_CALLS = 100_000;
/** A larger form is not a call of a query service; its action is not parsed. */
const LARGEST_FORM = 1024 * 1024;

/**
 * A proxy in front of the practice cloud that fails, delays or cuts selected calls. Host header and
 * signature pass unchanged; bodies are streamed in both directions.
 *
 * @param target `http://127.0.0.1:PORT` of the practice cloud.
 * @throws WizardError `refused` if the target is not on loopback.
 */
export async function startFaultProxy(
	target: string,
	rules: readonly FaultRule[] = [],
): Promise<FaultProxy> {
	const origin = new URL(normalizeLoopbackEndpoint(target));
	const agent = new Agent({ keepAlive: true });
	const calls: ProxiedCall[] = [];
	let counter = new FaultMatcher(rules);

	const server = createServer(async (incoming, outgoing) => {
		try {
			const { call, head } = await readCall(incoming);
			const fault = counter.take(call);
			const proxied: ProxiedCall = { ...call, fault, over: false };
			outgoing.once('close', () => {
				proxied.over = true;
			});
			calls.push(proxied);
			if (calls.length > MOST_CALLS) calls.shift();
			if (fault !== undefined && 'delayMs' in fault)
				await sleep(fault.delayMs, undefined, { ref: false });
			if (fault !== undefined && 'hold' in fault) await fault.hold;
			// A caller that has disconnected never made the call.
			if (incoming.socket.destroyed) return;
			if (fault !== undefined && 'fail' in fault)
				await refuse(incoming, outgoing, call, fault.fail);
			else if (fault !== undefined && 'cut' in fault && fault.cut === 'before')
				incoming.socket.destroy();
			else forward(origin, agent, incoming, outgoing, head, fault !== undefined && 'cut' in fault);
		} catch {
			incoming.socket.destroy();
		}
	});
	// An apply may pause for long between two calls.
	server.keepAliveTimeout = 60_000;
	server.requestTimeout = 0;
	const port = await listenOnFreePort(server);
	return {
		endpoint: `http://127.0.0.1:${port}`,
		calls,
		setRules(next) {
			counter = new FaultMatcher(next);
		},
		async stop() {
			agent.destroy();
			await closeServer(server);
		},
	};
}

/** Reads the body only as far as needed to parse the action; `head` is what was read. */
async function readCall(incoming: IncomingMessage): Promise<{ call: AwsCall; head: Buffer[] }> {
	const call = parseAwsCall(incoming.method ?? 'GET', incoming.url ?? '/', incoming.headers);
	const head: Buffer[] = [];
	const isForm = incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
	if (isForm !== true || Number(incoming.headers['content-length']) > LARGEST_FORM) {
		return { call, head };
	}
	for await (const chunk of incoming) head.push(chunk as Buffer);
	return { call: { ...call, action: parseFormAction(Buffer.concat(head)) ?? call.action }, head };
}

async function refuse(
	incoming: IncomingMessage,
	outgoing: ServerResponse,
	call: AwsCall,
	fail: { code: string; message?: string; status?: number },
): Promise<void> {
	// A client that is still sending would treat an early response as a broken connection.
	if (!incoming.readableEnded) for await (const _ of incoming);
	const answer = formatErrorResponse(call, incoming.headers, fail);
	outgoing.writeHead(fail.status ?? 400, {
		...answer.headers,
		'content-type': answer.contentType,
		'content-length': Buffer.byteLength(answer.body),
	});
	outgoing.end(call.method === 'HEAD' ? undefined : answer.body);
}

function forward(
	origin: URL,
	agent: Agent,
	incoming: IncomingMessage,
	outgoing: ServerResponse,
	head: readonly Buffer[],
	cutAnswer: boolean,
): void {
	const upstream = request({
		...{ agent, host: origin.hostname.replace(/^\[|\]$/g, ''), port: origin.port },
		...{ method: incoming.method, path: incoming.url },
		// Raw headers, so that spelling and order match the signature.
		headers: incoming.rawHeaders,
	});
	upstream.on('error', () => incoming.socket.destroy());
	upstream.on('response', (response) => {
		if (cutAnswer) {
			response.resume();
			response.on('close', () => incoming.socket.destroy());
			return;
		}
		outgoing.writeHead(response.statusCode ?? 502, withoutConnection(response.rawHeaders));
		pipeline(response, outgoing, (error) => {
			if (error) incoming.socket.destroy();
		});
	});
	outgoing.on('close', () => {
		if (!outgoing.writableFinished) upstream.destroy();
	});
	if (incoming.readableEnded) upstream.end(Buffer.concat(head));
	else incoming.pipe(upstream);
}

// Keep-alive is negotiated per connection: the practice cloud closes after each response, the proxy
// does not.
function withoutConnection(raw: readonly string[]): string[] {
	return raw.filter((_, i) => !/^(connection|keep-alive)$/i.test(raw[i - (i % 2)] ?? ''));
}
