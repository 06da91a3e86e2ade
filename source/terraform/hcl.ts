/** A value that can stand in a tfvars file or a block. */
export type HclValue =
	| string
	| number
	| boolean
	| null
	| readonly HclValue[]
	| { readonly [key: string]: HclValue };

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** A value as an HCL expression, laid out as `terraform fmt` would. */
export function hclValue(value: HclValue, indent = ''): string {
	if (value === null) return 'null';
	if (typeof value === 'string') return hclString(value);
	if (typeof value !== 'object') return String(value);
	if (isList(value)) return `[${value.map((item) => hclValue(item, indent)).join(', ')}]`;
	const entries = Object.entries(value);
	if (entries.length === 0) return '{}';
	return `{\n${hclAttributes(value, `${indent}  `)}${indent}}`;
}

/** Attributes of a block or object, a line each, `=` signs aligned. */
export function hclAttributes(values: Readonly<Record<string, HclValue>>, indent = ''): string {
	const entries = Object.entries(values);
	const names = entries.map(([name]) => (IDENTIFIER.test(name) ? name : hclString(name)));
	// terraform fmt aligns runs of one-line attributes; one that spans lines ends the run.
	const lines: string[] = [];
	let run: [string, string][] = [];
	const flush = () => {
		const width = Math.max(0, ...run.map(([name]) => name.length));
		lines.push(...run.map(([name, text]) => `${indent}${name.padEnd(width)} = ${text}\n`));
		run = [];
	};
	for (const [index, [, value]] of entries.entries()) {
		const text = hclValue(value, indent);
		run.push([names[index] ?? '', text]);
		if (text.includes('\n')) {
			const last = run.pop();
			flush();
			if (last !== undefined) run.push(last);
			flush();
		}
	}
	flush();
	return lines.join('');
}

/** A string literal in which nothing is a template: quotes, `${` and `%{` are escaped. */
export function hclString(text: string): string {
	const escaped = text
		.replaceAll('\\', '\\\\')
		.replaceAll('"', '\\"')
		.replaceAll('\n', '\\n')
		.replaceAll('\r', '\\r')
		.replaceAll('\t', '\\t')
		.replaceAll('${', '$${')
		.replaceAll('%{', '%%{');
	return `"${escaped}"`;
}

function isList(value: object): value is readonly HclValue[] {
	return Array.isArray(value);
}
