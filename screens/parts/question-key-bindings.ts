import {
	createFooterBinding,
	createHelpOnlyBinding,
	type KeyBinding,
	matchAny,
	matchCtrl,
	matchEnter,
	matchEscape,
	matchLetter,
} from './key-binding.ts';

/** Questions, the welcome screen, details. */
export const questionKeyBindings: readonly KeyBinding[] = [
	createFooterBinding('take', '{enter}', 'select', ['welcome', 'question'], matchEnter),
	createFooterBinding('takeText', '{enter}', 'continue', ['text'], matchEnter),
	createFooterBinding('open', '{enter}', 'continue or edit', ['details'], matchEnter),
	createFooterBinding('on', 'n', 'continue', ['details'], matchLetter('n')),
	createFooterBinding('reset', 'd', 'reset', ['details'], matchLetter('d')),
	createFooterBinding('toggle', 'space', 'select', ['multi'], matchLetter(' ')),
	createFooterBinding('takeTicked', '{enter}', 'confirm', ['multi'], matchEnter),
	createFooterBinding('addItem', '{enter}', 'add (empty to continue)', ['items'], matchEnter),
	createFooterBinding('lastItem', '{up}', 'edit last', ['items'], ({ key }) => key.upArrow),
	createFooterBinding(
		'save',
		'ctrl-d',
		'continue',
		['editor'],
		matchAny(matchCtrl('d'), ({ key }) => key.return && key.meta),
	),
	createFooterBinding('newLine', '{enter}', 'new line', ['editor'], matchEnter),
	createFooterBinding('filter', '/', 'search', ['question', 'multi', 'details'], matchLetter('/')),
	createFooterBinding('takeFound', '{enter}', 'select', ['filter'], matchEnter),
	createFooterBinding('clear', 'esc', 'clear search', ['filter'], matchEscape),
	createHelpOnlyBinding(
		'again',
		'ctrl-r',
		'refresh',
		['question', 'multi', 'text'],
		matchCtrl('r'),
	),
	createFooterBinding('unconfirm', 'esc', 'back', ['confirm'], matchEscape),
];
