import { any, ctrl, enter, esc, type KeyBinding, letter, quiet, shown } from './key-binding.ts';

/** Questions, the welcome screen, details. */
export const askingKeys: readonly KeyBinding[] = [
	shown('take', '{enter}', 'select', ['welcome', 'question'], enter),
	shown('takeText', '{enter}', 'continue', ['text'], enter),
	shown('open', '{enter}', 'continue or edit', ['details'], enter),
	shown('on', 'n', 'continue', ['details'], letter('n')),
	shown('reset', 'd', 'reset', ['details'], letter('d')),
	shown('toggle', 'space', 'select', ['multi'], letter(' ')),
	shown('takeTicked', '{enter}', 'confirm', ['multi'], enter),
	shown('addItem', '{enter}', 'add (empty to continue)', ['items'], enter),
	shown('lastItem', '{up}', 'edit last', ['items'], ({ key }) => key.upArrow),
	shown(
		'save',
		'ctrl-d',
		'continue',
		['editor'],
		any(ctrl('d'), ({ key }) => key.return && key.meta),
	),
	shown('newLine', '{enter}', 'new line', ['editor'], enter),
	shown('filter', '/', 'search', ['question', 'multi', 'details'], letter('/')),
	shown('takeFound', '{enter}', 'select', ['filter'], enter),
	shown('clear', 'esc', 'clear search', ['filter'], esc),
	quiet('again', 'ctrl-r', 'refresh', ['question', 'multi', 'text'], ctrl('r')),
	shown('unconfirm', 'esc', 'back', ['confirm'], esc),
];
