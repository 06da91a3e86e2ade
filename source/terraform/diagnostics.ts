import type { Diagnostic } from '../engine/events.ts';

type Fields = Record<string, unknown>;

/** Parses a diagnostic of `-json` output; unknown formats give empty texts. */
export function parseDiagnostic(raw: unknown): Diagnostic {
	const fields = asObject(raw);
	const diagnostic: Diagnostic = {
		severity: fields.severity === 'warning' ? 'warning' : 'error',
		summary: asText(fields.summary),
		detail: asText(fields.detail).trimEnd(),
	};
	if (typeof fields.address === 'string') diagnostic.address = fields.address;
	const range = asObject(fields.range);
	if (typeof range.filename === 'string') {
		const { line, column } = asObject(range.start);
		diagnostic.range = `${range.filename}:${line ?? 1}:${column ?? 1}`;
	}
	const { code } = asObject(fields.snippet);
	if (typeof code === 'string') diagnostic.snippet = code;
	return diagnostic;
}

/**
 * Terraform's warning about a missing TF_CLI_CONFIG_FILE. It is harmless and printed every time.
 */
const configNoise =
	/There are some problems with the CLI configuration:\s*Warning: Unable to open CLI configuration file\s+The CLI configuration file at "[^"]*" does\s+not\s+exist\.\s*/g;

// Only the sequences that Terraform writes; others come from elsewhere and are shown escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const COLOURS = /\x1b\[[\d;]*m/g;

/** Standard error without colors, boxes and the warning about a missing CLI configuration. */
export function stripStderrFormatting(stderr: string): string {
	const lines = stderr
		.replace(COLOURS, '')
		.split('\n')
		.filter((line) => !/^[╷╵]\s*$/.test(line))
		.map((line) => line.replace(/^│ ?/, '').trimEnd());
	return lines.join('\n').replace(configNoise, '').trim();
}

/**
 * Parses diagnostics from the text that Terraform prints where it has no JSON (`state push`,
 * `force-unlock`, a crash). Text without an `Error:` heading becomes one error.
 */
export function parseTextDiagnostics(stderr: string): Diagnostic[] {
	const plain = stripStderrFormatting(stderr);
	if (plain === '') return [];
	const parts = plain.split(/^(?=(?:Error|Warning): )/m).filter((part) => part.trim() !== '');
	const headed = parts.filter((part) => /^(?:Error|Warning): /.test(part));
	if (headed.length === 0) {
		const [summary = '', ...rest] = plain.split('\n');
		return [{ severity: 'error', summary, detail: rest.join('\n').trim() }];
	}
	return headed.map(readPart);
}

function readPart(part: string): Diagnostic {
	const [heading = '', ...body] = part.trim().split('\n');
	const text = body.join('\n').trim();
	const place = /^on (\S+) line (\d+)[^\n]*\n((?:\s*\d+: ?[^\n]*\n?)*)/.exec(text);
	const detail = place === null ? text : text.slice(place[0].length).trim();
	const diagnostic: Diagnostic = {
		severity: heading.startsWith('Warning') ? 'warning' : 'error',
		summary: heading.replace(/^\w+: /, ''),
		detail,
	};
	if (place !== null) {
		// The text has no column, but a range must have one.
		diagnostic.range = `${place[1]}:${place[2]}:1`;
		const snippet = place[3]?.replace(/^\s*\d+: ?/gm, '').trimEnd();
		if (snippet !== undefined && snippet !== '') diagnostic.snippet = snippet;
	}
	return diagnostic;
}

/** The value if it is an object or an array, else an empty object. */
export function asObject(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** The value if it is a string, else ''. */
export function asText(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
