import { WizardError } from '../../engine/errors.ts';
import {
	convertAwsError,
	getAwsErrorCode,
	getAwsHttpStatus,
	isAccessDenied,
} from '../aws-errors.ts';
import type { AwsClients } from '../clients.ts';

/** More items are not useful as choices; other values can be typed. */
const MAX_LOOKUP_ITEMS = 1000;

/** The clients and the abort signal of a lookup. */
export interface LookupContext {
	aws: AwsClients;
	signal: AbortSignal;
}

/** The items found, and whether AWS has more than were read. */
export interface LookupItems<T> {
	items: readonly T[];
	more?: boolean;
}

/** The type of one item that a lookup returns. */
export type LookupItem<F extends (...args: never) => Promise<LookupItems<unknown>>> = Awaited<
	ReturnType<F>
>['items'][number];

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

/** Collects the items of all pages, up to a limit. Throws as `sendLookupRequest` does. */
export async function collectPages<P, T>(
	signal: AbortSignal,
	action: string,
	pages: (options: { abortSignal: AbortSignal }) => AsyncIterable<P>,
	getItems: (page: P) => readonly T[] | undefined,
	limit = MAX_LOOKUP_ITEMS,
): Promise<LookupItems<T>> {
	const items: T[] = [];
	const reading = pages({ abortSignal: signal })[Symbol.asyncIterator]();
	for (;;) {
		const page = await sendLookupRequest(signal, action, () => reading.next());
		if (page.done === true) return { items, more: false };
		items.push(...(getItems(page.value) ?? []));
		if (items.length > limit) return { items: items.slice(0, limit), more: true };
	}
}

/** Runs `getResult` for each item, a few at a time; keeps the order of the items. */
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

const LONGEST = 120;

/**
 * Formats a lookup error as one short line: `denied: ec2:DescribeSubnets`.
 *
 * @param action The requested IAM action; replaced by the one AWS names, if any.
 */
export function formatLookupError(thrown: unknown, action: string): string {
	if (thrown instanceof WizardError) return thrown.message;
	const text = thrown instanceof Error ? thrown.message : String(thrown);
	if (isAccessDenied(thrown)) {
		const named = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(text)?.[1];
		return `denied: ${named ?? action}`;
	}
	if (getAwsErrorCode(thrown) === 'TimeoutError') return 'AWS did not respond in time';
	if (getAwsErrorCode(thrown) === 'AbortError') return 'stopped';
	const { message } = convertAwsError(thrown, action);
	const reason = message.slice(`Could not ${action}`.length).replace(/^: |\.$/g, '');
	if (reason !== '') return reason;
	const [code, status] = [getAwsErrorCode(thrown), getAwsHttpStatus(thrown)];
	// A response from something else, such as a proxy, has no AWS error code.
	const telling = !/^(Error|SyntaxError|Unknown)$/.test(code) || status === undefined;
	return oneLine(`${action} failed: ${telling ? `${code}: ${text}` : `status ${status}`}`);
}

function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 3)}...`;
}

/** The `Name` tag of an EC2 resource; `""` without one. */
export function getNameTag(
	tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): string {
	return tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
}
