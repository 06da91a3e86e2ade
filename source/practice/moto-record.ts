/** What a session writes down to find its practice cloud again; plain data. */
export interface MotoRecord {
	/** `http://127.0.0.1:PORT` */
	endpoint: string;
	port: number;
	/** Leads a process group of its own. */
	pid: number;
	/** Opaque; tells the process from a later one with the same pid. */
	startedAt: string;
	logPath: string;
	/** The id of the source it was started from. */
	how: string;
}
