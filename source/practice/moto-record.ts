/** Stored by a session to find its practice cloud again; plain data. */
export interface MotoRecord {
	/** `http://127.0.0.1:PORT` */
	endpoint: string;
	port: number;
	/** The leader of its own process group. */
	pid: number;
	/** Opaque; distinguishes the process from a later one with the same PID. */
	startedAt: string;
	logPath: string;
	/** The ID of the source it was started from. */
	how: string;
}
