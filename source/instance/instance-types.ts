import type { SecretBytes } from '../engine/secret-bytes.ts';

/** How to reach the instance. Everything else comes from the operator's ssh configuration. */
export interface SshTarget {
	/** Host name, address, or alias in the ssh configuration. */
	host: string;
	/** `tfe-admin` on the AMI. */
	user: string;
	/** Alternative configuration file (`ssh -F`). */
	configFile?: string;
}

export interface RemoteResult {
	/** Exit code of the command itself; never 255 for a lost connection. */
	exitCode: number;
	stdout: Buffer;
	/** As text, without the output of ssh itself and without our markers. */
	stderr: string;
}

export interface RemoteCommandOptions {
	/** Written to the command's standard input, which is then closed. */
	stdin?: SecretBytes | Buffer;
	/** Milliseconds until it fails with `timeout`. */
	timeoutMs: number;
	signal?: AbortSignal;
}

/** A command as data: its words are quoted for the remote shell, never interpolated. */
export type RemoteArgv = readonly string[];

/**
 * unreachable  no connection: nothing was run. Name, port, host key, authentication.
 * lost         the connection was lost while the command ran: it may have been executed.
 * timeout      the command did not finish in time: it may still be running.
 * no-forward   a port cannot be forwarded; commands still work.
 */
type InstanceFault = 'unreachable' | 'lost' | 'timeout' | 'no-forward';

/** @remarks `hint` holds next steps. */
export class InstanceError extends Error {
	override readonly name = 'InstanceError';
	readonly fault: InstanceFault;
	readonly hint: readonly string[];

	constructor(
		fault: InstanceFault,
		message: string,
		hint: readonly string[] = [],
		cause?: unknown,
	) {
		super(message, cause === undefined ? undefined : { cause });
		this.fault = fault;
		this.hint = hint;
	}
}

/** A connected instance. All methods throw InstanceError; a failed command is a result. */
export interface InstanceConnection {
	readonly target: SshTarget;
	run(command: RemoteArgv, options: RemoteCommandOptions): Promise<RemoteResult>;
	/**
	 * Makes a port on the instance's loopback available here, as a Unix socket that only this user can
	 * open.
	 *
	 * @returns The socket's path.
	 * @throws InstanceError `no-forward` when only the forward was refused, `unreachable` when the
	 * connection has ended
	 */
	forward(remotePort: number): Promise<string>;
	/** Closes the connection and removes the sockets. Never throws. */
	close(): Promise<void>;
}
