/** Where a command line writes. A line gets its end here. */
export interface Output {
	line(text: string): void;
	/** To standard error. */
	error(text: string): void;
	/** To standard output, as it is. */
	raw(text: string): void;
}

export const streams: Output = {
	line: (text) => void process.stdout.write(`${text}\n`),
	error: (text) => void process.stderr.write(`${text}\n`),
	raw: (text) => void process.stdout.write(text),
};
