import type { ChildEnvironment } from '../engine/child-environment.ts';

/** Where and with what a moto server is come by. */
export interface SourceContext {
	/** Of every command run; holds nothing of the operator's AWS (see `motoEnvironment`). */
	environment: ChildEnvironment;
	/** What TFE_WIZARD_MOTO says: the path of a moto_server. */
	givenPath?: string;
	/** Holds the private virtual environment. */
	cacheDir: string;
	progress(text: string): void;
	signal?: AbortSignal;
}
