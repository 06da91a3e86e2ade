import type { SecretRegistry } from '../engine/secret-registry.ts';

/** What a run needs from the command line. */
export interface RunContext {
	/** Directory that contains the sessions. */
	home: string;
	secrets: SecretRegistry;
	/** Create a backup even if the newest one is recent. */
	backUpNow: boolean;
	/** The value of a flag; undefined without the flag. */
	flag(name: string): string | undefined;
	/** Whether a flag without a value was given. */
	on(name: string): boolean;
}
