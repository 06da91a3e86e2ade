import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { FailureScreen, WizardController } from '../source/wizard/wizard-model.ts';
import { failureCauseRows } from './failure/failure-cause.ts';
import { failureDetailRows } from './failure/failure-details.ts';
import { choiceHintRows, layoutFailure, truncateChoices } from './failure/failure-layout.ts';
import { useKeyHandler } from './parts/keyboard.ts';
import { ChoiceList, useList } from './parts/list.tsx';
import { TextLines } from './parts/styled-text.tsx';
import { useBodySize } from './parts/terminal-size.ts';
import { useTheme } from './parts/theme.ts';
import { getScrollTop, getVisibleRange } from './review/scroll-blocks.ts';
import { ScrolledRows } from './review/scroll-pane.tsx';

interface Props {
	screen: FailureScreen;
	guide: WizardController;
}

/** What failed and why, what is done, and the choices from here. */
export function FailureView({ screen, guide }: Props): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const [top, setTop] = useState(0);
	const cause = failureCauseRows(screen, width, theme);
	const facts = failureDetailRows(screen, width, theme);
	const room = layoutFailure({
		height,
		width,
		cause: cause.length,
		facts: facts.length,
		choices: screen.choices,
	});
	const list = useList(truncateChoices(screen.choices, width, theme), { height: room.list, width });

	useKeyHandler((press) => {
		const move = press.is('pageUp') ? 'pageUp' : press.is('pageDown') ? 'pageDown' : undefined;
		if (move !== undefined) {
			setTop(getScrollTop(top, move, facts.length, room.facts));
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
			<ScrolledRows
				rows={cause}
				width={width}
				shown={getVisibleRange(cause.length, room.cause, 0)}
			/>
			{room.gaps && <Box height={1} flexShrink={0} />}
			<ScrolledRows
				rows={facts}
				width={width}
				shown={getVisibleRange(facts.length, room.facts, top)}
				belowWords={'page-down for steps and log'}
			/>
			{room.gaps && <Box height={1} flexShrink={0} />}
			<ChoiceList choices={list.choices} state={list.state} height={room.list} width={width} />
			{room.aside > 0 && (
				<TextLines
					width={width}
					height={room.aside}
					colour="dim"
					lines={choiceHintRows(screen.choices[list.state.index], screen.choices, width)}
				/>
			)}
		</Box>
	);
}
