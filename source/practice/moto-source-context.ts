import type { ChildEnvironment } from '../engine/child-environment.ts';

/** The context in which a moto server is found or installed. */
export interface MotoSourceContext {
	/**
	 * The environment of every command; contains nothing of the operator's AWS (see
	 * `motoEnvironment`).
	 */
	environment: ChildEnvironment;
	/** The value of TFE_WIZARD_MOTO: the path of a moto_server. */
	givenPath?: string;
	/** Contains the private virtual environment. */
	cacheDir: string;
	progress(text: string): void;
	signal?: AbortSignal;
}
