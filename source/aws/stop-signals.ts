/** Signals to stop waiting for AWS. */
export interface StopSignals {
	/** Aborts read calls; calls that change something continue. */
	gentle: AbortSignal;
	/** Aborts all calls. */
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
 * Makes the calls of a client abortable: otherwise a call that AWS does not answer would keep the
 * run from ending.
 */
export function withStopSignals<C extends { config: { requestHandler: unknown } }>(
	client: C,
	{ gentle, hard }: StopSignals,
): C {
	const handler = client.config.requestHandler as Handler;
	const handle = handler.handle.bind(handler);
	handler.handle = (request, options) => {
		const stop = isReading(request) ? gentle : hard;
		const own = options?.abortSignal;
		// The caller may have its own signal, for example for a lookup that is no longer needed.
		const abortSignal = own instanceof AbortSignal ? AbortSignal.any([own, stop]) : stop;
		return handle(request, { ...options, abortSignal });
	};
	return client;
}

/** Detected by method for REST services, and by action name where every request is a POST. */
function isReading({ method, headers = {}, body }: Request): boolean {
	if (method !== 'POST') return method === 'GET' || method === 'HEAD';
	const target = headers['x-amz-target']?.split('.').at(-1);
	const form = typeof body === 'string' ? /(?:^|&)Action=(\w+)/.exec(body)?.[1] : undefined;
	return READING.test(target ?? form ?? '');
}
