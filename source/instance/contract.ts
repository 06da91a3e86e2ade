import type { SecretBytes } from '../engine/secret-bytes.ts';

/** How the operator's ssh gets to the instance. Everything not said here is their own config's. */
export interface SshTarget {
	/** Host name, address or alias of the ssh config. */
	host: string;
	/** `tfe-admin` on the machine image. */
	user: string;
	/** Another configuration file (`ssh -F`). */
	configFile?: string;
}

export interface RemoteResult {
	/** The command's own; never 255 for a lost connection. */
	exitCode: number;
	stdout: Buffer;
	/** As text, without what ssh itself or our marks added. */
	stderr: string;
}

export interface RemoteOptions {
	/** Written to the command's standard input, which is then closed. */
	stdin?: SecretBytes | Buffer;
	/** Milliseconds until it is given up as `unclear`. */
	timeoutMs: number;
	signal?: AbortSignal;
}

/** A command as data: words are quoted for the remote shell, never interpolated. */
export type RemoteCommand = readonly string[] | { pipeline: readonly (readonly string[])[] };

/**
 * unreachable  no connection could be made: nothing was run. Name, port, host key, keys.
 * lost         the connection went while the command ran: it may have been carried out.
 * timeout      it did not end in time: it may still run.
 * no-forward   a port cannot be led here; commands can still be run.
 */
export type InstanceFault = 'unreachable' | 'lost' | 'timeout' | 'no-forward';

/** @remarks `hint` are commands or sentences that lead on. */
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

/** A machine one is connected to. All throw InstanceError; a command that fails is a result. */
export interface Instance {
	readonly target: SshTarget;
	run(command: RemoteCommand, options: RemoteOptions): Promise<RemoteResult>;
	/**
	 * Makes a port of the instance's loopback reachable here, as a Unix socket only this user can
	 * open.
	 *
	 * @returns The socket's path.
	 * @throws InstanceError `no-forward` when that alone is refused, `unreachable` when the connection
	 * has ended
	 */
	forward(remotePort: number): Promise<string>;
	/** Ends the connection and takes the sockets away. Never throws. */
	close(): Promise<void>;
}
