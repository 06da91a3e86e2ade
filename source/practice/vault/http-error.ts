/** An error response: the request had no effect. */
export class VaultHttpError extends Error {
	override readonly name = 'Refusal';
	/** HTTP status. */
	readonly status: number;

	constructor(words: string, status = 400) {
		super(words);
		this.status = status;
	}
}
