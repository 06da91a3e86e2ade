/** What a masked secret looks like everywhere. */
export const MASK = '••••••';

/** Shorter values would mask innocent text; the questions demand longer ones. */
const SHORTEST_MASKED = 4;

/**
 * Knows every secret value of this process and hides it, in each form it may take on its way
 * out: plain, JSON-escaped, base64 (three alignments), hex and URL form, in upper or lower case.
 * In memory only.
 */
export class SecretRegistry {
	readonly #values = new Set<string>();
	#pattern: RegExp | undefined;

	/** Makes `value` known; everything masked from now on hides it. */
	add(value: string): void {
		if (value.length < SHORTEST_MASKED || this.#values.has(value)) return;
		this.#values.add(value);
		const forms = [...this.#values].flatMap(formsOf);
		// Longest first, so that a secret containing another one is hidden whole.
		forms.sort((a, b) => b.length - a.length);
		this.#pattern = new RegExp([...new Set(forms)].map(escapeRegExp).join('|'), 'gi');
	}

	get size(): number {
		return this.#values.size;
	}

	/** The text with every known secret replaced. */
	mask(text: string): string {
		return this.#pattern === undefined ? text : text.replace(this.#pattern, MASK);
	}

	/** The same for every string in plain data (objects, arrays), keys included. */
	maskDeep<T>(value: T): T {
		if (this.#pattern === undefined) return value;
		return this.#walk(value) as T;
	}

	#walk(value: unknown): unknown {
		if (typeof value === 'string') return this.mask(value);
		if (Array.isArray(value)) return value.map((item) => this.#walk(item));
		if (value !== null && typeof value === 'object') {
			return Object.fromEntries(
				Object.entries(value).map(([key, item]) => [this.mask(key), this.#walk(item)]),
			);
		}
		return value;
	}
}

function formsOf(value: string): string[] {
	const bytes = Buffer.from(value, 'utf8');
	const json = JSON.stringify(value).slice(1, -1);
	const url = encodeURIComponent(value.toWellFormed());
	const forms = [
		value,
		json,
		// JSON within JSON, as logs of JSON messages have it.
		JSON.stringify(json).slice(1, -1),
		// As Go's encoding/json writes it.
		json.replace(
			/[<>&\u2028\u2029]/g,
			(c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
		),
		url,
		// RFC 3986 reserves these too, and signing clients escape them.
		url.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`),
		new URLSearchParams([['', value]]).toString().slice(1),
		bytes.toString('hex'),
	];
	// A secret inside a longer base64 text starts at one of three offsets; the first and last
	// group also hold neighbours' bits, so only the sure middle is searched for.
	for (const lead of [0, 1, 2]) {
		const encoded = Buffer.concat([Buffer.alloc(lead), bytes])
			.toString('base64')
			.replace(/=+$/, '');
		const sure = encoded.slice(
			lead === 0 ? 0 : lead + 1,
			(lead + bytes.length) % 3 === 0 ? undefined : -1,
		);
		if (sure.length >= SHORTEST_MASKED)
			forms.push(sure, sure.replaceAll('+', '-').replaceAll('/', '_'));
	}
	return forms;
}

function escapeRegExp(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
