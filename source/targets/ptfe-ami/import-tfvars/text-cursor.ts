/** A position in the text, counted from 1. */
export interface TextPosition {
	line: number;
	column: number;
}

/** A reading position in a text, with line and column. */
export class TextCursor {
	readonly text: string;
	/** The text is JSON, whose strings contain no templates. */
	readonly json: boolean;
	#offset = 0;
	#line = 1;
	#lineStart = 0;

	constructor(text: string) {
		// Windows editors add a byte order mark and CRLF; both are ignored.
		this.text = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
		this.json = /^\s*\{/.test(this.text);
	}

	get position(): TextPosition {
		return { line: this.#line, column: this.#offset - this.#lineStart + 1 };
	}

	get ended(): boolean {
		return this.#offset >= this.text.length;
	}

	/** The character here, or `""` at the end. */
	get here(): string {
		return this.text[this.#offset] ?? '';
	}

	startsWith(expected: string): boolean {
		return this.text.startsWith(expected, this.#offset);
	}

	/** The text that the pattern matches at the current position, or `""`. Does not advance. */
	peek(pattern: RegExp): string {
		const sticky = new RegExp(pattern.source, 'y');
		sticky.lastIndex = this.#offset;
		return sticky.exec(this.text)?.[0] ?? '';
	}

	/** The same, and advances past the match. */
	take(pattern: RegExp): string {
		const found = this.peek(pattern);
		this.skip(found.length);
		return found;
	}

	skip(count: number): void {
		for (let index = 0; index < count && !this.ended; index++) {
			const lineEnds = this.here === '\n';
			this.#offset++;
			if (lineEnds) {
				this.#line++;
				this.#lineStart = this.#offset;
			}
		}
	}

	/** The rest of the line without its line ending; advances to the next line. */
	takeLine(): string {
		const line = this.take(/[^\n]*/);
		this.skip(1);
		return line;
	}

	/** Skips whitespace and comments; also line endings when `lines` is true. */
	skipBlanks(lines: boolean): void {
		for (;;) {
			if (this.take(lines ? /\s+/ : /[ \t\r\f\v]+/) !== '') continue;
			if (this.peek(/#|\/\//) !== '') {
				this.take(/[^\n]*/);
			} else if (this.startsWith('/*')) {
				const start = this.position;
				if (this.take(/\/\*[\s\S]*?\*\//) === '') {
					this.skip(this.text.length);
					throw new TfvarsSyntaxError(start, 'the comment is not closed with */');
				}
			} else return;
		}
	}
}

/** A syntax error in a terraform.tfvars file. */
export class TfvarsSyntaxError extends Error {
	override readonly name = 'ReadingProblem';
	readonly position: TextPosition;

	constructor(position: TextPosition, message: string) {
		super(message);
		this.position = position;
	}
}
