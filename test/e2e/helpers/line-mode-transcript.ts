import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fixture = fileURLToPath(new URL('../fixtures/line-mode-transcript.txt', import.meta.url));

/** Lines on the progress of a plan. Which of them are printed depends on timing. */
const PROGRESS = [
	/^Now \S+ \S+, usually .+\.$/,
	/^Still \S+ \S+: .+\.$/,
	/^(Done: \S+, .+?\. )*(\d+ of \d+ done\.)?$/,
	/^\w+: \S+ created in .+\.$/,
];

/** Milestones of a ceremony. Whether they precede a prompt depends on timing. */
const MILESTONE = /^(Rekey|Backup)(: (?!\d+ optional )\S| started| committed| done)/;

/** Printed for anything longer than five seconds, which on a slow computer is more. */
const HEARTBEAT = /^Waiting for .+ \(\d+ (s|seconds?)(, at most \d+ (s|seconds?))?\)….?$/;

const APPLY_STARTED = /^Running terraform apply for (\S+)\.$/;

/** Values that differ between runs or computers. */
const differences: readonly (readonly [RegExp, string])[] = [
	[/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:PORT'],
	[/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT'],
	[/(?<=^ {0,2}\d{1,2}: )[A-Za-z0-9+/]{4}$/, 'XXXX'],
	[/(?<=^Checksum: )[0-9a-f]{4}/, 'XXXX'],
	[/(?<=practice instance uses ).+/, 'VAULT'],
	[/atlas-backup-[0-9TZ]+\.tar\.gz/g, 'atlas-backup-TIME.tar.gz'],
	[/share-[0-9a-f]{8}-/g, 'share-ID-'],
	[/\(\d+ bytes/g, '(BYTES bytes'],
	[/\(moto, \w+\)/g, '(moto, HOW)'],
	[/\b(vpc|subnet|sg|ami)-[0-9a-f]{8,17}\b/g, '$1-ID'],
	[/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID'],
	[/\b\d{4}-\d{2}-\d{2}\b/g, 'DAY'],
	[/fingerprint ending in [0-9a-f]{2}:[0-9a-f]{2}/g, 'fingerprint ending in XX:XX'],
	[/\((\d+) resources, serial \d+\)/g, '(RESOURCES, SERIAL)'],
	[/\b\d+ hours? \d+ minutes?\b/g, 'TIME'],
	[/\b\d+ minutes?( \d+ seconds?)?\b(?=[.:])/g, 'TIME'],
	[/(?<!at most )\b\d+(\.\d+)? seconds?\b(?=[.:])/g, 'TIME'],
	[/\bunder a second\b(?=[.:])/g, 'TIME'],
	[/(?<=\bchecks in )(under a second|[\d.]+ seconds?)/g, 'TIME'],
];

/** A conversation as recorded: varying values are replaced, progress is one line. */
export function normalizeTranscript(text: string, home: string): string {
	const lines = text
		.replaceAll(home, 'HOME')
		.split('\n')
		// Printed only where no registry can be reached.
		.filter(
			(line) =>
				!line.includes('the registry is unreachable') &&
				!MILESTONE.test(line) &&
				!HEARTBEAT.test(line),
		)
		.map((line) => differences.reduce((sofar, [what, to]) => sofar.replace(what, to), line));
	// The lines after the end are the same for every front end.
	const end = lines.findIndex((line) => /^Session \S+ is done\.$/.test(line));
	return `${collapseProgress(end < 0 ? lines : lines.slice(0, end + 1))
		.join('\n')
		.replace(/\n{3,}/g, '\n\n')
		.trim()}\n`;
}

/** Replaces the output of an apply between its start and its end by one line. */
function collapseProgress(lines: readonly string[]): string[] {
	const kept: string[] = [];
	let applying: string | undefined;
	for (const line of lines) {
		// The last line of the last step may come with the end of the run, or just before it.
		const own = applying !== undefined && line.toLowerCase().startsWith(`${applying}: `);
		const last = applying === 'install' && own;
		if (applying !== undefined && (last || PROGRESS.some((form) => form.test(line)))) {
			if (line === '') kept.push(line);
			continue;
		}
		const begun = APPLY_STARTED.exec(line)?.[1];
		kept.push(line, ...(begun === undefined ? [] : ['(progress of the apply)']));
		applying = begun;
	}
	return kept;
}

/** The recorded transcript; UPDATE_TRANSCRIPT=1 records `current` instead. */
export function readRecordedTranscript(current?: string): string {
	if (current !== undefined && process.env.UPDATE_TRANSCRIPT === '1')
		writeFileSync(fixture, current);
	return existsSync(fixture) ? readFileSync(fixture, 'utf8') : '';
}

/** Typed in a rekey, and nowhere else, to confirm it. */
const REKEY_CONFIRMED = '\n> tfe.practice.example\n';

/** Of a normalized transcript, the rekey: from its first prompt to its last answer. */
export function extractRekey(transcript: string): string {
	const first = transcript.indexOf(REKEY_CONFIRMED);
	if (first < 0) throw new Error(`no rekey in:\n${transcript}`);
	return transcript.slice(
		transcript.lastIndexOf('\n\n', first),
		transcript.lastIndexOf(REKEY_CONFIRMED),
	);
}
