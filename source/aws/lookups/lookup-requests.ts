import { WizardError } from '../../engine/errors.ts';
import type { AwsClients } from '../clients.ts';
import { formatLookupError } from './lookup-error.ts';

/** More items are not useful as choices; other values can be typed. */
const MAX_LOOKUP_ITEMS = 1000;

/** The clients and the abort signal of a lookup. */
export interface LookupContext {
	aws: AwsClients;
	signal: AbortSignal;
}

/** The items found, and whether AWS has more than were read. */
export interface LookupResult<T> {
	items: readonly T[];
	more: boolean;
}

/**
 * Sends one request.
 *
 * @param action The IAM action, for the error message.
 * @throws WizardError with a short message; the reason of the signal if it is aborted.
 */
export async function sendLookupRequest<T>(
	signal: AbortSignal,
	action: string,
	call: (options: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
	signal.throwIfAborted();
	try {
		return await orStopped(signal, call({ abortSignal: signal }));
	} catch (thrown) {
		signal.throwIfAborted();
		throw new WizardError('command', { message: formatLookupError(thrown, action), cause: thrown });
	}
}

/** Collects the items of all pages, up to a limit. Throws as `ask` does. */
export async function collectPages<P, T>(
	signal: AbortSignal,
	action: string,
	pages: (options: { abortSignal: AbortSignal }) => AsyncIterable<P>,
	getItems: (page: P) => readonly T[] | undefined,
	limit = MAX_LOOKUP_ITEMS,
): Promise<LookupResult<T>> {
	const items: T[] = [];
	const reading = pages({ abortSignal: signal })[Symbol.asyncIterator]();
	for (;;) {
		const page = await sendLookupRequest(signal, action, () => reading.next());
		if (page.done === true) return { items, more: false };
		items.push(...(getItems(page.value) ?? []));
		if (items.length > limit) return { items: items.slice(0, limit), more: true };
	}
}

/** Runs `about` for each item, a few at a time; keeps the order of the items. */
export async function mapConcurrently<T, R>(
	items: readonly T[],
	getResult: (item: T) => Promise<R>,
	concurrency = 8,
): Promise<R[]> {
	const answers: R[] = [];
	const left = [...items.entries()];
	const work = async () => {
		for (let next = left.shift(); next !== undefined; next = left.shift()) {
			answers[next[0]] = await getResult(next[1]);
		}
	};
	await Promise.all(Array.from({ length: concurrency }, work));
	return answers;
}

/** A client with its own stop signal ignores this one, so do not wait for it. */
function orStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = () => reject(signal.reason);
		signal.addEventListener('abort', stop, { once: true });
		work
			.then(resolve, reject)
			.finally(() => signal.removeEventListener('abort', stop))
			.catch(() => {});
	});
}
