import { AsyncLocalStorage } from 'node:async_hooks';
import { pipeline, Readable, Transform } from 'node:stream';
import { formatByteSize } from '../engine/input-file.ts';
import { limits } from '../engine/limits.ts';
import { trackWait } from '../engine/wait-registry.ts';
import { assertConfigFilesSafeToRead } from './assert-config-files-safe.ts';
import { killCredentialProcess } from './kill-credential-process.ts';

/** Signals to stop waiting for AWS. */
export interface StopSignals {
	/** Aborts read calls; calls that change something continue. */
	gentle: AbortSignal;
	/** Aborts all calls. */
	hard: AbortSignal;
}

/** The limits of a call. Tests shorten them. */
export interface CallLimits {
	callMs: number;
	bodyMs: number;
	bodyBytes: number;
	leastBytesPerSecond: number;
}

export const defaultCallLimits: CallLimits = {
	callMs: limits.awsCallMs,
	bodyMs: limits.awsAttemptMs,
	bodyBytes: limits.awsBodyBytes,
	leastBytesPerSecond: limits.awsLeastBytesPerSecond,
};

type Next = (args: never) => Promise<unknown>;

/** The part of an SDK client that is needed here; the SDK's types differ between services. */
export interface LimitableClient {
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

/**
 * A call in progress. The SDK does not tell its request handler which call a request belongs to.
 */
interface Call {
	signal: AbortSignal;
	/** Also aborts reading the response body, which continues after the call has returned. */
	stopped: AbortSignal | undefined;
	/** A request was sent, so the credentials are resolved. */
	sent: boolean;
}

const calls = new AsyncLocalStorage<Call>();

const READING = /^(?:Describe|Get|List|Head|Lookup|Simulate)/;

/**
 * Limits every call of a client: its total time with credentials and all attempts, and the time and
 * size of each response. Otherwise an endpoint that sends nothing, or very slowly, or endlessly,
 * would block the run. A call is reported while it runs.
 *
 * @param stop Signals that end its calls early.
 */
export function withCallLimits<C extends LimitableClient>(
	client: C,
	stop: StopSignals | undefined,
	callLimits: CallLimits = defaultCallLimits,
): C {
	client.middlewareStack.add(
		(next, { commandName = 'a call' }) =>
			async (args: never) => {
				// Check before the SDK opens any of these files.
				assertConfigFilesSafeToRead();
				const action = commandName.replace(/Command$/, '');
				const stopped = READING.test(action) ? stop?.gentle : stop?.hard;
				return trackWait(`AWS (${action})`, callLimits.callMs, () =>
					limitedCall(() => next(args), action, stopped, callLimits.callMs),
				);
			},
		{ step: 'initialize', name: 'callLimits', priority: 'high' },
	);
	const handler = client.config.requestHandler as Handler;
	const handle = handler.handle.bind(handler);
	handler.handle = async (request, options) => {
		const call = calls.getStore();
		if (call !== undefined) call.sent = true;
		const signals = [call?.signal, call?.stopped, options?.abortSignal].filter(
			(signal) => signal instanceof AbortSignal,
		);
		const abortSignal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
		const output = await handle(request, {
			...options,
			...(abortSignal === undefined ? {} : { abortSignal }),
		});
		const { body } = output.response;
		if (body instanceof Readable) output.response.body = boundedBody(body, callLimits);
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
	const state: Call = { signal: end.signal, stopped, sent: false };
	let fail = (_: Error): void => {};
	const ended = new Promise<never>((_, reject) => {
		fail = reject;
	});
	let ending: NodeJS.Timeout | undefined;
	const giveUp = (error: Error): void => {
		fail(error);
		end.abort(error);
		// The SDK restarts it while it has attempts left.
		if (!state.sent) ending = setInterval(killCredentialProcess, 50);
	};
	const timer = setTimeout(() => giveUp(tooLate(action, callMs)), callMs);
	const onStop = (): void => giveUp(named('AbortError', 'the call was stopped'));
	if (stopped?.aborted) onStop();
	stopped?.addEventListener('abort', onStop, { once: true });
	try {
		// Credentials are resolved during the call, by programs and services that ignore the signal.
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

/** Passes a body through, up to a size limit and while it arrives fast enough. */
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
			const size = formatByteSize(bodyBytes);
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
