import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { Guide, ReviewScreen } from '../source/engine/guide/model.ts';
import { useKeys } from './parts/keys.ts';
import { useBody } from './parts/size.ts';
import { wrapLines } from './parts/text.tsx';
import { type Theme, useTheme } from './parts/theme.ts';
import { excerpt, idsOf, pointed, type Row } from './review/blocks.ts';
import { reviewContent } from './review/content.ts';
import { type ReviewState, reviewPressed } from './review/keys.ts';
import { Pane, POINTER_CELLS, Rows } from './review/pane.tsx';

interface Props {
	screen: ReviewScreen;
	guide: Guide;
}

function headRows(screen: ReviewScreen, width: number): Row[] {
	return [
		...wrapLines('Review: no changes until you confirm.', width).map(
			(text): Row => [{ text, role: 'strong' }],
		),
		...wrapLines(`Duration: ${screen.duration}`, width).map((text): Row => [{ text, role: 'dim' }]),
	];
}

function footRows(
	screen: ReviewScreen,
	notice: string | undefined,
	theme: Theme,
	width: number,
): Row[] {
	if (notice !== undefined) {
		return wrapLines(`${theme.glyphs.warning} ${notice}`, width).map(
			(text): Row => [{ text, role: 'warning' }],
		);
	}
	if (screen.problems.length > 0) {
		return [[{ text: `${theme.glyphs.failed} Fix the problems to start.`, role: 'failure' }]];
	}
	const [press, key] = ['Press ', 'y'];
	const text = `${press}${key} to start. Every plan is shown before it is applied.`;
	return wrapLines(text, width).map(
		(line, at): Row =>
			at === 0
				? [press, { text: key, role: 'accent' }, line.slice(press.length + key.length)]
				: [line],
	);
}

/** Every answer and everything that will be done, before anything changes. */
export function ReviewView({ screen, guide }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBody();
	const [state, setState] = useState<ReviewState>({});
	const content = reviewContent(screen, guide.model().ticket, theme, width - POINTER_CELLS);
	const focus = pointed(idsOf(content.blocks), state.focus);
	const head = headRows(screen, width);
	const foot = footRows(screen, state.notice, theme, width);
	const room = Math.max(1, height - head.length - foot.length - 2);

	useKeys((press) => {
		const outcome = reviewPressed(press, screen, content, state, Math.floor(room / 2));
		if (outcome === undefined) return false;
		setState(outcome.state);
		if (outcome.action !== undefined) guide.act(outcome.action);
		return true;
	});

	const all = (count: number) => excerpt(count, count, 0);
	return (
		<Box flexDirection="column">
			<Rows rows={head} width={width} shown={all(head.length)} />
			<Box height={1} flexShrink={0} />
			<Pane
				blocks={content.blocks}
				{...(focus !== undefined && { focus })}
				fromTop={state.focus === undefined}
				width={width}
				height={room}
			/>
			<Box height={1} flexShrink={0} />
			<Rows rows={foot} width={width} shown={all(foot.length)} />
		</Box>
	);
}
