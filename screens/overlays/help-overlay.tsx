import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { WizardScreen } from '../../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import { formatKey, getScopeKeyBindings, type KeyScope } from '../parts/key-bindings.ts';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { getPositionAfterMove, toScrollMove } from '../parts/scroll-pane.tsx';
import {
	formatHiddenRows,
	getWidthInCells,
	type RowPieces,
	TextLine,
	type TextPiece,
	TextRows,
	wrapTextToRows,
} from '../parts/styled-text.tsx';
import { useBodySize } from '../parts/terminal-and-body-size.ts';
import { type Theme, useTheme } from '../parts/theme.ts';
import { formatQuestionHelpLines } from '../question-screen.tsx';

interface HelpOverlayProps {
	screen: WizardScreen;
	/** The scope that has the focus behind the overlay. */
	place: KeyScope;
	onClose(): void;
}

/** Help for the focused element and its keys; scrolls when it is long. */
export function HelpOverlay({ screen, place, onClose }: HelpOverlayProps): ReactNode {
	const { width, height } = useBodySize();
	const theme = useTheme();
	const [from, setFrom] = useState(0);
	// Keeps the scope from before the overlay opened, which has a footer of its own.
	const [about] = useState(place);
	const rows = createHelpRows(screen, about, width, theme);
	const page = Math.max(1, height - 1);
	const last = Math.max(0, rows.length - page);
	useRegisterFooterKeys('overlay');
	useKeyHandler((press) => {
		if (press.is('interrupt', 'suspend')) return false;
		const move = toScrollMove(press);
		if (press.is('overlay.close', 'help', 'enter')) onClose();
		else if (move !== undefined) setFrom(getPositionAfterMove(from, move, page - 1, last));
		return true;
	});
	const top = Math.min(from, last);
	const left = rows.length - top - page;
	const more = formatHiddenRows(top, left, theme);
	return (
		<Box flexDirection="column">
			<TextRows rows={rows.slice(top, top + page)} width={width} />
			{more !== '' && <TextLine width={width} pieces={[{ text: more, role: 'dim' }]} />}
		</Box>
	);
}

/** The help of the question, then every key that works in this scope. */
function createHelpRows(
	screen: WizardScreen,
	scope: KeyScope,
	width: number,
	theme: Theme,
): RowPieces[] {
	const about =
		screen.kind === 'question'
			? [
					...wrapTextToRows(screen.label, width, { role: 'strong' }),
					...formatQuestionHelpLines(screen, width).map((text): TextPiece[] => [text]),
					[],
				]
			: [];
	const keys = getScopeKeyBindings(scope)
		.filter(({ id }) => id !== 'move')
		.map((binding) => ({ keys: formatKey(binding, theme), label: binding.label }));
	const column = keys.reduce((most, key) => Math.max(most, getWidthInCells(key.keys)), 0);
	return [
		...about,
		[{ text: 'Keys', role: 'strong' }],
		...keys.map(({ keys: shown, label }): TextPiece[] => [
			{ text: shown.padEnd(column), role: 'accent' },
			`  ${label}`,
		]),
	];
}
