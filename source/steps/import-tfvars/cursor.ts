/** A position in the text, counted from 1. */
export interface Position {
	line: number;
	column: number;
}

/** Walks over a text, knowing line and column. */
export class Cursor {
	readonly text: string;
	/** The text is JSON, in whose strings nothing is a template. */
	readonly json: boolean;
	#offset = 0;
	#line = 1;
	#lineStart = 0;

	constructor(text: string) {
		// Editors on Windows leave a byte order mark and CRLF behind; neither has a meaning here.
		this.text = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
		this.json = /^\s*\{/.test(this.text);
	}

	get position(): Position {
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

	/** The text a sticky pattern matches here; `""` when none. Does not move. */
	peek(pattern: RegExp): string {
		const sticky = new RegExp(pattern.source, 'y');
		sticky.lastIndex = this.#offset;
		return sticky.exec(this.text)?.[0] ?? '';
	}

	/** The same, and moves past it. */
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

	/** The rest of this line, without its end; moves past the end. */
	takeLine(): string {
		const line = this.take(/[^\n]*/);
		this.skip(1);
		return line;
	}

	/** Skips blanks and comments; line ends too when `lines` is true. */
	skipBlanks(lines: boolean): void {
		for (;;) {
			if (this.take(lines ? /\s+/ : /[ \t\r\f\v]+/) !== '') continue;
			if (this.peek(/#|\/\//) !== '') {
				this.take(/[^\n]*/);
			} else if (this.startsWith('/*')) {
				const start = this.position;
				if (this.take(/\/\*[\s\S]*?\*\//) === '') {
					this.skip(this.text.length);
					throw new ReadingProblem(start, 'this comment is never closed with */');
				}
			} else return;
		}
	}
}

/** Something in the file that is no assignment as terraform.tfvars has them. */
export class ReadingProblem extends Error {
	override readonly name = 'ReadingProblem';
	readonly position: Position;

	constructor(position: Position, message: string) {
		super(message);
		this.position = position;
	}
}
