import { spawn } from 'node:child_process';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import type { InstanceConnection } from '../../source/instance/instance-types.ts';
import {
	encodeStdin,
	frameCommand,
	parseFramedOutput,
} from '../../source/instance/remote-command-framing.ts';

interface LocalInstanceOptions {
	home: string;
	/** The login shell. */
	shell?: string;
	/** Words to put before each shell, such as those of `recordExecutions`. */
	before?: () => readonly string[];
}

/** A local shell in place of the one at the other end of ssh: it gets the same command and input. */
export function createLocalInstance(options: LocalInstanceOptions): InstanceConnection {
	const { home, shell = 'sh', before = () => [] } = options;
	const none = () => Promise.reject(new Error('there is no connection here'));
	return {
		...{ target: { host: 'here', user: 'tester' }, forward: none, close: none },
		async run(command, { stdin: given }) {
			const plain = given instanceof SecretBytes ? given.use((bytes) => Buffer.from(bytes)) : given;
			const input = plain && encodeStdin(plain);
			const framed = frameCommand(command, input && input.length - 1);
			const words = [...before(), shell, '-c', framed.line];
			const child = spawn(words[0] ?? '', words.slice(1), {
				env: { PATH: process.env.PATH, HOME: home },
			});
			const stdout: Buffer[] = [];
			let stderr = '';
			child.stdout.on('data', (piece: Buffer) => stdout.push(piece));
			child.stderr.on('data', (piece: Buffer) => {
				stderr += piece.toString('latin1');
			});
			child.stdin.on('error', () => undefined);
			child.stdin.end(input);
			await new Promise((resolve) => child.once('close', resolve));
			const result = parseFramedOutput(framed, Buffer.concat(stdout), stderr);
			if (result === undefined) throw new Error(`it did not end: ${stderr}`);
			return result;
		},
	};
}
