/** The replacement for a masked secret. */
export const SECRET_MASK = '••••••';

/** Shorter values would mask unrelated text; the questions require longer ones. */
const SHORTEST_MASKED = 4;

/** Fields of events and screens whose values are constants of the program. */
const STRUCTURE = new Set([
	...['type', 'kind', 'phase', 'step', 'stack', 'severity', 'result', 'state', 'level', 'action'],
	...['fault', 'errorKind', 'until'],
]);

/**
 * Registers every secret value of this process and masks it in output, in these forms: plain,
 * JSON-escaped, base64 (three alignments), hex and URL-encoded, in upper or lower case. In memory
 * only.
 */
export class SecretRegistry {
	readonly #values = new Map<string, { name: string; pattern: RegExp }>();
	#pattern: RegExp | undefined;

	/**
	 * Registers `value`, which is masked from now on.
	 *
	 * @param name The name for errors: its key and source, never any of the value.
	 */
	add(value: string, name = 'a secret'): void {
		if (value.length < SHORTEST_MASKED || this.#values.has(value)) return;
		this.#values.set(value, { name, pattern: patternOf(formsOf(value), 'i') });
		this.#pattern = patternOf([...this.#values.keys()].flatMap(formsOf), 'gi');
	}

	/** The name of a registered secret that `text` contains in any masked form. */
	nameOfSecretIn(text: string): string | undefined {
		for (const { name, pattern } of this.#values.values()) if (pattern.test(text)) return name;
		return undefined;
	}

	get size(): number {
		return this.#values.size;
	}

	/** The text with every registered secret replaced. */
	mask(text: string): string {
		return this.#pattern === undefined ? text : text.replace(this.#pattern, SECRET_MASK);
	}

	/**
	 * An event or a screen that is safe to show or log. Field names and the fields that identify the
	 * kind of event are not masked: a password like "resource" must not make an event unreadable.
	 */
	maskShown<T extends object>(shown: T): T {
		if (this.#pattern === undefined) return shown;
		return Object.fromEntries(
			Object.entries(shown).map(([name, value]) => [
				name,
				STRUCTURE.has(name) && typeof value === 'string' ? value : this.#walk(value),
			]),
		) as T;
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
		// JSON within JSON, as in logs of JSON messages.
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
	// A secret inside a longer base64 text starts at one of three offsets. The first and last groups
	// also contain bits of adjacent bytes, so only the middle is searched for.
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

function patternOf(forms: readonly string[], flags: string): RegExp {
	// Longest first, so that a secret that contains another one is masked completely.
	const longestFirst = [...new Set(forms)].sort((a, b) => b.length - a.length);
	return new RegExp(longestFirst.map(escapeRegExp).join('|'), flags);
}

function escapeRegExp(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
