/** The output streams of the CLI. `line` appends a line break. */
export interface CliOutput {
	line(text: string): void;
	/** To standard error. */
	error(text: string): void;
	/** To standard output, without a line break. */
	raw(text: string): void;
}

export const standardStreams: CliOutput = {
	line: (text) => void process.stdout.write(`${text}\n`),
	error: (text) => void process.stderr.write(`${text}\n`),
	raw: (text) => void process.stdout.write(text),
};
