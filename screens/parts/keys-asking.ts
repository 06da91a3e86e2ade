import { any, ctrl, enter, esc, type KeyBinding, letter, quiet, shown } from './key-binding.ts';

/** Questions, the welcome screen, details. */
export const askingKeys: readonly KeyBinding[] = [
	shown('take', '{enter}', 'take', ['welcome', 'question', 'text'], enter),
	shown('open', '{enter}', 'go on, or change', ['details'], enter),
	shown('on', 'n', 'go on', ['details'], letter('n')),
	shown('reset', 'd', 'default again', ['details'], letter('d')),
	shown('toggle', 'space', 'tick', ['multi'], letter(' ')),
	shown('takeTicked', '{enter}', 'take the ticked', ['multi'], enter),
	shown('addItem', '{enter}', 'add, done when empty', ['items'], enter),
	shown('lastItem', '{up}', 'edit the one above', ['items'], ({ key }) => key.upArrow),
	shown(
		'save',
		'ctrl-d',
		'take the text',
		['editor'],
		any(ctrl('d'), ({ key }) => key.return && key.meta),
	),
	shown('newLine', '{enter}', 'new line', ['editor'], enter),
	shown('filter', '/', 'find', ['question', 'multi', 'details'], letter('/')),
	shown('takeFound', '{enter}', 'take', ['filter'], enter),
	shown('clear', 'esc', 'end the search', ['filter'], esc),
	quiet('again', 'ctrl-r', 'look up again', ['question', 'multi', 'text'], ctrl('r')),
	shown('unconfirm', 'esc', 'choose again', ['confirm'], esc),
];
