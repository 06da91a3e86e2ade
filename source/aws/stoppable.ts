/** What tells that nobody waits for AWS any more. */
export interface StopSignals {
	/** Look-ups are given up; what changes something is waited for. */
	gentle: AbortSignal;
	/** Everything is given up. */
	hard: AbortSignal;
}

interface Request {
	method?: string;
	headers?: Readonly<Record<string, string>>;
	body?: unknown;
}

interface Handler {
	handle(request: Request, options?: { abortSignal?: unknown }): unknown;
}

const READING = /^(?:Describe|Get|List|Head|Lookup|Simulate)/;

/**
 * Makes the calls of a client stop when asked to: without this, a call that AWS leaves
 * unanswered keeps a run from ending.
 */
export function stoppable<C extends { config: { requestHandler: unknown } }>(
	client: C,
	{ gentle, hard }: StopSignals,
): C {
	const handler = client.config.requestHandler as Handler;
	const handle = handler.handle.bind(handler);
	handler.handle = (request, options) => {
		const stop = isReading(request) ? gentle : hard;
		const own = options?.abortSignal;
		// Whoever asked may give up by themselves: a look-up nobody waits for any more.
		const abortSignal = own instanceof AbortSignal ? AbortSignal.any([own, stop]) : stop;
		return handle(request, { ...options, abortSignal });
	};
	return client;
}

/** By method for REST services; by the action's name where everything is a POST. */
function isReading({ method, headers = {}, body }: Request): boolean {
	if (method !== 'POST') return method === 'GET' || method === 'HEAD';
	const target = headers['x-amz-target']?.split('.').at(-1);
	const form = typeof body === 'string' ? /(?:^|&)Action=(\w+)/.exec(body)?.[1] : undefined;
	return READING.test(target ?? form ?? '');
}
