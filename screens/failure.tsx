import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { FailureScreen, Guide } from '../source/engine/guide/model.ts';
import { factRows } from './failure/facts.ts';
import { asideRows, shareOut, shortened } from './failure/room.ts';
import { causeRows } from './failure/tone.ts';
import { useKeys } from './parts/keys.ts';
import { List, useList } from './parts/list.tsx';
import { useBody } from './parts/size.ts';
import { Lines } from './parts/text.tsx';
import { useTheme } from './parts/theme.ts';
import { excerpt, scrolled } from './review/blocks.ts';
import { Rows } from './review/pane.tsx';

interface Props {
	screen: FailureScreen;
	guide: Guide;
}

/** What failed and why, what is done, and the choices from here. */
export function FailureView({ screen, guide }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBody();
	const [top, setTop] = useState(0);
	const cause = causeRows(screen, width, theme);
	const facts = factRows(screen, width, theme);
	const room = shareOut({
		height,
		width,
		cause: cause.length,
		facts: facts.length,
		choices: screen.choices,
	});
	const list = useList(shortened(screen.choices, width, theme), { height: room.list, width });

	useKeys((press) => {
		const move = press.is('pageUp') ? 'pageUp' : press.is('pageDown') ? 'pageDown' : undefined;
		if (move !== undefined) {
			setTop(scrolled(top, move, facts.length, room.facts));
			return true;
		}
		if (press.is('escape')) {
			// Escape only moves the pointer to the choice that quits; the operator confirms with Enter.
			const first = screen.choices[0]?.value === 'leave';
			if (first || screen.choices.at(-1)?.value === 'leave') {
				list.act({ type: first ? 'home' : 'end' });
			}
			return true;
		}
		if (!press.is('failure.take')) return false;
		const { choice } = list;
		if (choice !== undefined && choice.refusal === undefined) {
			guide.act({ type: 'choose', value: choice.value });
		}
		return true;
	});

	return (
		<Box flexDirection="column">
			<Rows rows={cause} width={width} shown={excerpt(cause.length, room.cause, 0)} />
			{room.gaps && <Box height={1} flexShrink={0} />}
			<Rows
				rows={facts}
				width={width}
				shown={excerpt(facts.length, room.facts, top)}
				belowWords={'page-down for steps and log'}
			/>
			{room.gaps && <Box height={1} flexShrink={0} />}
			<List choices={list.choices} state={list.state} height={room.list} width={width} />
			{room.aside > 0 && (
				<Lines
					width={width}
					height={room.aside}
					colour="dim"
					lines={asideRows(screen.choices[list.state.index], screen.choices, width)}
				/>
			)}
		</Box>
	);
}
