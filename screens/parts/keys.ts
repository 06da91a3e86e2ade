export { type Press, type PressHandler, useKeys } from './key-stack.tsx';
export { bindingOf, bindingsOf, type KeyBinding, keyTable, type Place } from './key-table.ts';
