import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type {
	ReviewScreen,
	WizardAction,
	WizardController,
} from '../source/wizard/wizard-model.ts';
import { type KeyPress, useKeyHandler } from './parts/key-handlers.tsx';
import {
	BlockPane,
	getBlockIds,
	getFocusedBlockId,
	getVisibleRange,
	moveFocus,
	POINTER_WIDTH,
	ScrolledRows,
	toPointerMove,
} from './parts/scroll-pane.tsx';
import { type TextRow, wrapSingleLine } from './parts/styled-text.tsx';
import { useBodySize } from './parts/terminal-size.ts';
import { type Theme, useTheme } from './parts/theme.ts';
import { createReviewContent, type ReviewContent } from './review/review-content.ts';

interface Props {
	screen: ReviewScreen;
	guide: WizardController;
}

function headRows(screen: ReviewScreen, width: number): TextRow[] {
	return [
		...wrapSingleLine('Review: no changes until you confirm.', width).map(
			(text): TextRow => [{ text, role: 'strong' }],
		),
		...wrapSingleLine(`Duration: ${screen.duration}`, width).map(
			(text): TextRow => [{ text, role: 'dim' }],
		),
	];
}

function footRows(
	screen: ReviewScreen,
	notice: string | undefined,
	theme: Theme,
	width: number,
): TextRow[] {
	if (notice !== undefined) {
		return wrapSingleLine(`${theme.glyphs.warning} ${notice}`, width).map(
			(text): TextRow => [{ text, role: 'warning' }],
		);
	}
	if (screen.problems.length > 0) {
		return [[{ text: `${theme.glyphs.failed} Fix the problems to start.`, role: 'failure' }]];
	}
	const [press, key] = ['Press ', 'y'];
	const text = `${press}${key} to start. Every plan is shown before it is applied.`;
	return wrapSingleLine(text, width).map(
		(line, at): TextRow =>
			at === 0
				? [press, { text: key, role: 'accent' }, line.slice(press.length + key.length)]
				: [line],
	);
}

/** Every answer and everything that will be done, before anything changes. */
export function ReviewView({ screen, guide }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const [state, setState] = useState<ReviewState>({});
	const content = createReviewContent(screen, guide.model().ticket, theme, width - POINTER_WIDTH);
	const focus = getFocusedBlockId(getBlockIds(content.blocks), state.focus);
	const head = headRows(screen, width);
	const foot = footRows(screen, state.notice, theme, width);
	const room = Math.max(1, height - head.length - foot.length - 2);

	useKeyHandler((press) => {
		const outcome = handleReviewKey(press, screen, content, state, Math.floor(room / 2));
		if (outcome === undefined) return false;
		setState(outcome.state);
		if (outcome.action !== undefined) guide.act(outcome.action);
		return true;
	});

	const all = (count: number) => getVisibleRange(count, count, 0);
	return (
		<Box flexDirection="column">
			<ScrolledRows rows={head} width={width} shown={all(head.length)} />
			<Box height={1} flexShrink={0} />
			<BlockPane
				blocks={content.blocks}
				{...(focus !== undefined && { focus })}
				fromTop={state.focus === undefined}
				width={width}
				height={room}
			/>
			<Box height={1} flexShrink={0} />
			<ScrolledRows rows={foot} width={width} shown={all(foot.length)} />
		</Box>
	);
}

interface ReviewState {
	focus?: string;
	/** Why the last key had no effect. */
	notice?: string;
}

interface ReviewKeyResult {
	state: ReviewState;
	action?: WizardAction;
}

/** Handles a key; undefined when it has no meaning here. */
function handleReviewKey(
	press: KeyPress,
	screen: ReviewScreen,
	content: ReviewContent,
	state: ReviewState,
	pageSize: number,
): ReviewKeyResult | undefined {
	const ids = getBlockIds(content.blocks);
	const focus = getFocusedBlockId(ids, state.focus);
	const stay = (notice: string): ReviewKeyResult => ({ state: { ...state, notice } });
	const move = toPointerMove(press);
	if (move !== undefined) {
		const to = moveFocus(ids, focus, move, pageSize);
		return { state: to === undefined ? {} : { focus: to } };
	}
	if (press.is('review.begin')) {
		const { problems } = screen;
		if (problems.length === 0) return { state: {}, action: { type: 'on' } };
		return {
			state: { focus: 'problem:0', notice: 'Cannot start yet. Press Enter to fix this problem.' },
		};
	}
	if (press.is('review.edit')) {
		const key = content.keys.get(focus ?? '');
		if (key !== undefined) return { state, action: { type: 'go', key } };
		return stay('This row cannot be edited. Press y to start; answers are listed below.');
	}
	if (press.is('back', 'escape')) return { state, action: { type: 'back' } };
	return undefined;
}
