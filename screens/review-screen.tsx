import { type ReactNode, useState } from 'react';
import type { ReviewScreen } from '../source/wizard/wizard-view-model.ts';
import { useKeyHandler } from './parts/key-handlers.tsx';
import {
	BlockPane,
	getBlockIds,
	getFocusAfterMove,
	getFocusedBlockId,
	getPaneBodyHeight,
	POINTER_WIDTH,
	toNavigationMove,
} from './parts/scroll-pane.tsx';
import { type RowPieces, wrapSingleLine, wrapTextToRows } from './parts/styled-text.tsx';
import { type ScreenProps, useBodySize } from './parts/terminal-and-body-size.ts';
import { type Theme, useTheme } from './parts/theme.ts';
import { createReviewContent } from './review/review-content.ts';

const headRows = (screen: ReviewScreen, width: number): RowPieces[] => [
	...wrapTextToRows('Review: no changes until you confirm.', width, { role: 'strong' }),
	...wrapTextToRows(`Duration: ${screen.duration}`, width, { role: 'dim' }),
];

function footRows(
	screen: ReviewScreen,
	notice: string | undefined,
	theme: Theme,
	width: number,
): RowPieces[] {
	if (notice !== undefined) {
		return wrapTextToRows(`${theme.glyphs.warning} ${notice}`, width, { role: 'warning' });
	}
	if (screen.problems.length > 0) {
		return [[{ text: `${theme.glyphs.failed} Fix the problems to start.`, role: 'failure' }]];
	}
	const [press, key] = ['Press ', 'y'];
	const text = `${press}${key} to start. Every plan is shown before it is applied.`;
	return wrapSingleLine(text, width).map(
		(line, at): RowPieces =>
			at === 0
				? [press, { text: key, role: 'accent' }, line.slice(press.length + key.length)]
				: [line],
	);
}

/** Every answer and everything that will be done, before anything changes. */
export function ReviewView({ screen, controller }: ScreenProps<ReviewScreen>): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const [state, setState] = useState<ReviewState>({});
	const content = createReviewContent(
		screen,
		controller.model().answerSummary,
		theme,
		width - POINTER_WIDTH,
	);
	const ids = getBlockIds(content.blocks);
	const focus = getFocusedBlockId(ids, state.focus);
	const head = headRows(screen, width);
	const foot = footRows(screen, state.notice, theme, width);

	useKeyHandler((press) => {
		const move = toNavigationMove(press);
		const key = content.keys.get(focus ?? '');
		if (move !== undefined) {
			const page = Math.floor(getPaneBodyHeight({ head, foot, height }) / 2);
			setState({ focus: getFocusAfterMove(ids, focus, move, page) });
		} else if (press.is('review.begin')) {
			const blocked = screen.problems.length > 0;
			const notice = 'Cannot start yet. Press Enter to fix this problem.';
			setState(blocked ? { focus: 'problem:0', notice } : {});
			if (!blocked) controller.act({ type: 'on' });
		} else if (press.is('review.edit')) {
			const notice = 'This row cannot be edited. Press y to start; answers are listed below.';
			if (key === undefined) setState({ ...state, notice });
			else controller.act({ type: 'go', key });
		} else if (press.is('back', 'escape')) controller.act({ type: 'back' });
		else return false;
		return true;
	});

	return (
		<BlockPane
			{...{ head, foot, focus, width, height }}
			blocks={content.blocks}
			fromTop={state.focus === undefined}
		/>
	);
}

interface ReviewState {
	focus?: string | undefined;
	/** Why the last key had no effect. */
	notice?: string;
}
