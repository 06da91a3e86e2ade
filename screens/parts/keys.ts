export { type KeyPress, type KeyPressHandler, useKeyHandler } from './key-stack.tsx';
export {
	getKeyBinding,
	getScopeKeyBindings,
	type KeyBinding,
	type KeyScope,
	keyBindings,
} from './key-table.ts';
