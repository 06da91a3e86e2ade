import { registerHooks } from 'node:module';

/** Puts the list of targets of this directory in the place of the program's own. */
registerHooks({
	resolve(specifier, context, nextResolve) {
		const listed =
			specifier.endsWith('/target-definitions.ts') && context.parentURL?.endsWith('/registry.ts');
		return listed
			? { url: new URL('definitions.ts', import.meta.url).href, shortCircuit: true }
			: nextResolve(specifier, context);
	},
});
