export {
	getKeyBinding,
	getScopeKeyBindings,
	type KeyBinding,
	type KeyScope,
	keyBindings,
} from './key-bindings.ts';
export { type KeyPress, type KeyPressHandler, useKeyHandler } from './key-handlers.tsx';
