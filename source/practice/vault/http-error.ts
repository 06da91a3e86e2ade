/** An error response: the request had no effect. */
export class VaultHttpError extends Error {
	override readonly name = 'Refusal';
	/** HTTP status. */
	readonly status: number;

	constructor(status: number, words: string) {
		super(words);
		this.status = status;
	}
}
