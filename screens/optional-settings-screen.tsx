import { Box } from 'ink';
import type { ReactNode } from 'react';
import type {
	Choice,
	OptionalSetting,
	OptionalSettingsScreen,
} from '../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from './parts/footer.tsx';
import { useKeyHandler } from './parts/key-handlers.tsx';
import { formatSearch, NO_MATCHES, useList } from './parts/list.tsx';
import {
	getWidthInCells,
	padOrTruncateText,
	TextLine,
	TextLines,
	type TextPiece,
	wrapSingleLine,
} from './parts/styled-text.tsx';
import { type ScreenProps, useAsideLayout } from './parts/terminal-and-body-size.ts';
import { type Theme, useTheme } from './parts/theme.ts';

function piecesOf(row: DetailsRow, index: number, labelWidth: number, theme: Theme): TextPiece[] {
	if ('heading' in row) return [{ text: row.heading, role: 'strong' }];
	const here = row.at === index;
	const pointer: TextPiece = { text: here ? `${theme.glyphs.pointer} ` : '  ', role: 'accent' };
	if ('on' in row) return [pointer, { text: row.on, ...(here && { role: 'accent', bold: true }) }];
	const { item } = row;
	const mark = item.isDefault ? ' ' : theme.glyphs.done;
	return [
		pointer,
		{ text: `${mark} `, role: 'done' },
		{
			text: padOrTruncateText(item.label, labelWidth, theme),
			...(here && { role: 'accent', bold: true }),
		},
		{ text: `  ${item.value}`, ...(item.isDefault && { role: 'dim' }) },
	];
}

/** The optional settings of a step by group. Most keep their defaults, so `n` continues. */
export function OptionalSettingsView({
	screen,
	controller,
}: ScreenProps<OptionalSettingsScreen>): ReactNode {
	const theme = useTheme();
	const { body, wide, aside, width } = useAsideLayout();
	const below = wide ? 0 : 3;
	const height = Math.max(2, body.height - 2 - below);
	const items = screen.groups.flatMap((group) => group.items);

	useKeyHandler((press) => {
		const key = list.choice?.value;
		const item = items.find((other) => other.key === key);
		if (press.is('open')) {
			if (key === CONTINUE_VALUE) controller.act({ type: 'on' });
			else if (key !== undefined) controller.act({ type: 'go', key });
		} else if (list.state.filtering) return false;
		else if (press.is('on')) controller.act({ type: 'on' });
		else if (press.is('reset')) {
			if (item && !item.isDefault) controller.act({ type: 'reset', key: item.key });
		} else if (press.is('back', 'escape')) controller.act({ type: 'back' });
		else return false;
		return true;
	});
	const list = useList(createDetailsChoices(screen), {
		height: height - 1,
		width: 10_000,
		scope: 'details',
	});
	useRegisterFooterKeys(list.state.filtering ? 'filter' : 'details');

	const rows = createDetailsRows(screen, list.choices);
	const top = getDetailsWindowTop(rows, list.state.index, height);
	const shown = rows.slice(top, top + height);
	const longest = items.reduce((most, { label }) => Math.max(most, getWidthInCells(label)), 0);
	const labelWidth = Math.min(longest, Math.floor(width * 0.5));
	const own = items.filter(({ isDefault }) => !isDefault).length;
	const more = rows.length > height ? `   ${list.state.index + 1} of ${list.choices.length}` : '';
	const pointed = items.find(({ key }) => key === list.choice?.value);
	const count = `${items.length} optional ${items.length === 1 ? 'setting' : 'settings'}`;
	const title = `${screen.title}: ${count} (${own} changed)${more}`;
	const words = pointed === undefined ? [] : wrapSingleLine(pointed.help, wide ? aside : width);
	const whole = pointed === undefined ? [] : wrapSingleLine(pointed.value, wide ? aside : width);
	return (
		<Box width={body.width} height={body.height} overflow="hidden">
			<Box flexDirection="column" width={width} flexShrink={0}>
				<TextLine width={width} pieces={[{ text: title, role: 'strong' }]} />
				<TextLine
					width={width}
					pieces={[
						list.state.filtering
							? { text: formatSearch(list.state), role: 'accent' }
							: {
									text: 'All settings have defaults. Press Enter to continue or select one to edit.',
									role: 'dim',
								},
					]}
				/>
				{!list.matches && <TextLines width={width} lines={wrapSingleLine(NO_MATCHES, width)} />}
				{shown.map((row) => (
					<TextLine
						key={'heading' in row ? row.heading : 'on' in row ? row.on : row.item.key}
						width={width}
						pieces={piecesOf(row, list.state.index, labelWidth, theme)}
					/>
				))}
				{!wide && <Box height={1} flexShrink={0} />}
				{!wide && <TextLines width={width} height={below - 1} lines={words} colour="dim" />}
			</Box>
			{wide && (
				<Box flexDirection="column" width={aside} marginLeft={3} flexShrink={0}>
					<TextLines width={aside} height={6} lines={whole} />
					<TextLines width={aside} lines={['']} />
					<TextLines
						width={aside}
						height={Math.max(1, body.height - 7)}
						lines={words}
						colour="dim"
					/>
				</Box>
			)}
		</Box>
	);
}

type DetailsRow =
	| { heading: string }
	| { item: OptionalSetting; at: number }
	| { on: string; at: number };

/** The first row, so that Enter alone continues without changes. */
const CONTINUE_VALUE = 'continue';

/** The settings as choices of a searchable list. */
const createDetailsChoices = ({ groups }: OptionalSettingsScreen): Choice[] => [
	{ value: CONTINUE_VALUE, label: 'Continue' },
	...groups.flatMap(({ title, items }) =>
		items.map(({ key, label, value }) => ({ value: key, label, hint: `${value} ${title}` })),
	),
];

/** The filtered settings below their headings. */
function createDetailsRows(
	{ groups }: OptionalSettingsScreen,
	visibleChoices: readonly Choice[],
): DetailsRow[] {
	const places = new Map(visibleChoices.map(({ value }, at) => [value, at]));
	const on = places.get(CONTINUE_VALUE);
	const first: DetailsRow[] = on === undefined ? [] : [{ on: 'Continue', at: on }];
	const others = groups.flatMap(({ title, items }) => {
		const kept = items.flatMap((item): DetailsRow[] => {
			const at = places.get(item.key);
			return at === undefined ? [] : [{ item, at }];
		});
		return kept.length === 0 ? [] : [{ heading: title }, ...kept];
	});
	return [...first, ...others];
}

/** The first visible row, with the current one in the middle. */
function getDetailsWindowTop(rows: readonly DetailsRow[], index: number, height: number): number {
	const here = rows.findIndex((row) => 'at' in row && row.at === index);
	const middle = here - Math.floor(height / 2);
	return Math.max(0, Math.min(middle, rows.length - height));
}
