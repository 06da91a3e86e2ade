import { open } from 'node:fs/promises';
import { useMemo, useSyncExternalStore } from 'react';

/** Bytes read from the end of a file of any size. */
export const MAX_TAIL_BYTES = 64 * 1024;
/** Four times a second, about as fast as one can read. */
export const POLL_INTERVAL_MS = 250;
const LINES = 200;
/** Longer lines are cut; no terminal shows them anyway. */
const LINE_CHARACTERS = 2000;

/**
 * The last lines of a growing file. Each poll reads the end of a changed file again, so the file can
 * be missing, truncated, replaced, or grow by megabytes between two polls.
 *
 * @param format Formats a line; undefined omits it.
 */
export function createLogTail(
	path: string,
	format: (line: string) => string | undefined = (line) => line,
) {
	let lines: readonly string[] = [];
	let version = '';
	let polling = false;
	const tail = {
		/** The last lines, newest last, including an incomplete one. */
		lines: () => lines,
		/** Polls once, unless a poll is still running. */
		async poll(onChange = () => {}): Promise<void> {
			if (polling) return;
			polling = true;
			try {
				await using file = await open(path, 'r');
				const { size, ino, mtimeMs } = await file.stat();
				const found = `${ino} ${size} ${mtimeMs}`;
				if (found === version) return;
				const start = Math.max(0, size - MAX_TAIL_BYTES);
				const { buffer, bytesRead } = await file.read(
					Buffer.alloc(size - start),
					...[0, size - start, start],
				);
				version = found;
				const parts = buffer.toString('utf8', 0, bytesRead).split('\n');
				// The first line is incomplete unless the file starts with it.
				if (start > 0) parts.shift();
				if (parts.at(-1) === '') parts.pop();
				lines = parts
					.slice(-LINES)
					.map(format)
					.filter((line) => line !== undefined)
					.map((line) => line.slice(0, LINE_CHARACTERS));
				onChange();
			} catch {
				// The file does not exist yet or is not readable; the next poll tries again.
			} finally {
				polling = false;
			}
		},
		subscribe(onChange: () => void): () => void {
			void tail.poll(onChange);
			const timer = setInterval(() => void tail.poll(onChange), POLL_INTERVAL_MS);
			return () => clearInterval(timer);
		},
	};
	return tail;
}

/** Message types that contain only addresses, ids, counts and times. */
const HARMLESS =
	/^(version|(apply|refresh)_\w+|planned_change|resource_drift|change_summary|init_output|state_lock_\w+)$/;

const LEFT_OUT = '(line omitted: the log is masked when the command ends)';

/**
 * The text of a line of Terraform's JSON log; undefined while the line is incomplete. The log is
 * not masked while the command runs, so free text is omitted: errors arrive, masked, as
 * diagnostics.
 */
export function formatHarmlessLogLine(line: string): string | undefined {
	const text = line.trim();
	if (text === '') return undefined;
	if (!text.startsWith('{')) return LEFT_OUT;
	try {
		const { type, '@message': said } = JSON.parse(text) as Record<string, unknown>;
		if (type === 'diagnostic') return undefined;
		const harmless = typeof type === 'string' && HARMLESS.test(type);
		return harmless && typeof said === 'string' ? said : LEFT_OUT;
	} catch {
		return undefined;
	}
}

const NO_LINES: readonly string[] = [];
const noLog = { lines: () => NO_LINES, subscribe: () => () => {} };

/** The last lines of a log while a path is given; reads nothing otherwise. */
export function useLogTail(path: string | undefined): readonly string[] {
	const tail = useMemo(
		() => (path === undefined ? noLog : createLogTail(path, formatHarmlessLogLine)),
		[path],
	);
	return useSyncExternalStore(tail.subscribe, tail.lines);
}
