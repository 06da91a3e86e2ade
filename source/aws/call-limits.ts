import { AsyncLocalStorage } from 'node:async_hooks';
import { pipeline, Readable, Transform } from 'node:stream';
import { limits } from '../engine/limits.ts';
import { sizeInWords } from '../engine/read-input.ts';
import { waitingFor } from '../engine/waits.ts';
import { endCredentialProcess } from './credential-process.ts';
import { checkSettingsFiles } from './settings-files.ts';
import type { StopSignals } from './stoppable.ts';

/** Limits of a call; those of the table unless a test shortens them. */
export interface CallLimits {
	callMs: number;
	bodyMs: number;
	bodyBytes: number;
	leastBytesPerSecond: number;
}

export const callLimits: CallLimits = {
	callMs: limits.awsCallMs,
	bodyMs: limits.awsAttemptMs,
	bodyBytes: limits.awsBodyBytes,
	leastBytesPerSecond: limits.awsLeastBytesPerSecond,
};

type Next = (args: never) => Promise<unknown>;

/** The part of an SDK client that is needed here; its own types differ from service to service. */
export interface Client {
	config: { requestHandler: unknown };
	middlewareStack: {
		add(
			middleware: (next: Next, context: { commandName?: string; clientName?: string }) => Next,
			options: { step: 'initialize'; name: string; priority: 'high' },
		): void;
	};
}

interface Handler {
	handle(request: unknown, options?: { abortSignal?: unknown }): Promise<HandlerOutput>;
}

interface HandlerOutput {
	response: { body?: unknown };
}

/** A call under way: the SDK does not tell its handler which one a request belongs to. */
interface Call {
	signal: AbortSignal;
	/** A request of it was sent, so its credentials are known. */
	sent: boolean;
}

const calls = new AsyncLocalStorage<Call>();

const READING = /^(?:Describe|Get|List|Head|Lookup|Simulate)/;

/**
 * Bounds every call of a client: its time with credentials and all attempts, the time and the size
 * of each answer. Without this an endpoint that accepts and says nothing, or trickles, or never ends
 * its answer, holds the run for ever. A call is named while it lasts.
 */
export function withCallLimits<C extends Client>(
	client: C,
	stop: StopSignals | undefined,
	limited: CallLimits = callLimits,
): C {
	client.middlewareStack.add(
		(next, { commandName = 'a call' }) =>
			async (args: never) => {
				// Before the SDK opens any of them.
				checkSettingsFiles();
				const action = commandName.replace(/Command$/, '');
				const stopped = READING.test(action) ? stop?.gentle : stop?.hard;
				return waitingFor(`AWS (${action})`, limited.callMs, () =>
					limitedCall(() => next(args), action, stopped, limited.callMs),
				);
			},
		{ step: 'initialize', name: 'callLimits', priority: 'high' },
	);
	const handler = client.config.requestHandler as Handler;
	const handle = handler.handle.bind(handler);
	handler.handle = async (request, options) => {
		const call = calls.getStore();
		if (call !== undefined) call.sent = true;
		const signals = [call?.signal, options?.abortSignal].filter(
			(signal) => signal instanceof AbortSignal,
		);
		const abortSignal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
		const output = await handle(request, {
			...options,
			...(abortSignal === undefined ? {} : { abortSignal }),
		});
		const { body } = output.response;
		if (body instanceof Readable) output.response.body = boundedBody(body, limited);
		return output;
	};
	return client;
}

async function limitedCall(
	call: () => Promise<unknown>,
	action: string,
	stopped: AbortSignal | undefined,
	callMs: number,
): Promise<unknown> {
	const end = new AbortController();
	const state: Call = { signal: end.signal, sent: false };
	let fail = (_: Error): void => {};
	const ended = new Promise<never>((_, reject) => {
		fail = reject;
	});
	let ending: NodeJS.Timeout | undefined;
	const giveUp = (error: Error): void => {
		fail(error);
		end.abort(error);
		// The SDK starts it again, as long as it has attempts left.
		if (!state.sent) ending = setInterval(endCredentialProcess, 50);
	};
	const timer = setTimeout(() => giveUp(tooLate(action, callMs)), callMs);
	const onStop = (): void => giveUp(named('AbortError', 'the call was stopped'));
	if (stopped?.aborted) onStop();
	stopped?.addEventListener('abort', onStop, { once: true });
	try {
		// Credentials are looked up within the call, by programs and services that no signal reaches.
		const working = calls.run(state, call);
		const over = (): void => clearInterval(ending);
		working.then(over, over);
		return await Promise.race([working, ended]);
	} catch (thrown) {
		throw end.signal.aborted ? end.signal.reason : thrown;
	} finally {
		clearTimeout(timer);
		stopped?.removeEventListener('abort', onStop);
	}
}

/** The same bytes, up to a limit of size and as long as they come with some speed. */
function boundedBody(
	body: Readable,
	{ bodyMs, bodyBytes, leastBytesPerSecond }: CallLimits,
): Readable {
	const started = Date.now();
	let received = 0;
	const bounded = new Transform({
		transform(chunk: Buffer, _, done) {
			received += chunk.length;
			if (received <= bodyBytes) return done(null, chunk);
			const size = sizeInWords(bodyBytes);
			done(named('AnswerTooLarge', `the response from AWS is larger than ${size}`));
		},
	});
	const look = (): void => {
		const elapsedMs = Date.now() - started;
		if (elapsedMs < bodyMs || (received * 1000) / elapsedMs >= leastBytesPerSecond) return;
		bounded.destroy(tooLate('a response', bodyMs));
	};
	const timer = setInterval(look, Math.min(1000, bodyMs));
	timer.unref();
	pipeline(body, bounded, () => clearInterval(timer));
	return bounded;
}

function tooLate(what: string, limitMs: number): Error {
	return named('TimeoutError', `${what} took longer than ${limitMs / 1000} s`);
}

function named(name: string, message: string): Error {
	return Object.assign(new Error(message), { name });
}
