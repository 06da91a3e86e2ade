import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { DetailsScreen, Guide } from '../source/engine/guide/model.ts';
import { useFooter } from './parts/footer.tsx';
import { useKeys } from './parts/keys.ts';
import { useList } from './parts/list.tsx';
import { useBody, useTerminal, WIDE } from './parts/size.ts';
import { cells, Line, Lines, type Piece, pad, wrapLines } from './parts/text.tsx';
import { type Theme, useTheme } from './parts/theme.ts';
import {
	type DetailRow,
	detailChoices,
	detailRows,
	GO_ON,
	windowOf,
} from './questions/detail-rows.ts';

interface DetailsViewProps {
	screen: DetailsScreen;
	guide: Guide;
}

function piecesOf(row: DetailRow, index: number, labelWidth: number, theme: Theme): Piece[] {
	if ('heading' in row) return [{ text: row.heading, role: 'strong' }];
	const here = row.at === index;
	const pointer: Piece = { text: here ? `${theme.glyphs.pointer} ` : '  ', role: 'accent' };
	if ('on' in row) return [pointer, { text: row.on, ...(here && { role: 'accent', bold: true }) }];
	const { item } = row;
	const mark = item.isDefault ? ' ' : theme.glyphs.done;
	return [
		pointer,
		{ text: `${mark} `, role: 'done' },
		{ text: pad(item.label, labelWidth, theme), ...(here && { role: 'accent', bold: true }) },
		{ text: `  ${item.value}`, ...(item.isDefault && { role: 'dim' }) },
	];
}

/** The optional settings of a step by group. Most keep their defaults, so `n` continues. */
export function DetailsView({ screen, guide }: DetailsViewProps): ReactNode {
	const theme = useTheme();
	const body = useBody();
	const wide = useTerminal().columns >= WIDE;
	const aside = wide ? Math.min(38, Math.floor(body.width * 0.36)) : 0;
	const width = body.width - (wide ? aside + 3 : 0);
	const below = wide ? 0 : 3;
	const height = Math.max(2, body.height - 2 - below);
	const items = screen.groups.flatMap((group) => group.items);

	useKeys((press) => {
		const key = list.choice?.value;
		const item = items.find((other) => other.key === key);
		if (press.is('open')) {
			if (key === GO_ON) guide.act({ type: 'on' });
			else if (key !== undefined) guide.act({ type: 'go', key });
		} else if (list.state.filtering) return false;
		else if (press.is('on')) guide.act({ type: 'on' });
		else if (press.is('reset')) {
			if (item && !item.isDefault) guide.act({ type: 'reset', key: item.key });
		} else if (press.is('back', 'escape')) guide.act({ type: 'back' });
		else return false;
		return true;
	});
	const list = useList(detailChoices(screen), {
		height: height - 1,
		width: 10_000,
		typeAhead: true,
		reserved: ['on', 'reset'],
	});
	useFooter(list.state.filtering ? 'filter' : 'details');

	const rows = detailRows(screen, list.choices);
	const top = windowOf(rows, list.state.index, height);
	const shown = rows.slice(top, top + height);
	const longest = items.reduce((most, { label }) => Math.max(most, cells(label)), 0);
	const labelWidth = Math.min(longest, Math.floor(width * 0.5));
	const own = items.filter(({ isDefault }) => !isDefault).length;
	const more = rows.length > height ? `   ${list.state.index + 1} of ${list.choices.length}` : '';
	const pointed = items.find(({ key }) => key === list.choice?.value);
	const count = `${items.length} optional ${items.length === 1 ? 'setting' : 'settings'}`;
	const title = `${screen.title}: ${count} (${own} changed)${more}`;
	const words = pointed === undefined ? [] : wrapLines(pointed.help, wide ? aside : width);
	const whole = pointed === undefined ? [] : wrapLines(pointed.value, wide ? aside : width);
	return (
		<Box width={body.width} height={body.height} overflow="hidden">
			<Box flexDirection="column" width={width} flexShrink={0}>
				<Line width={width} pieces={[{ text: title, role: 'strong' }]} />
				<Line
					width={width}
					pieces={[
						list.state.filtering
							? { text: `search: ${list.state.filter}_`, role: 'accent' }
							: {
									text: 'All settings have defaults. Press Enter to continue or select one to edit.',
									role: 'dim',
								},
					]}
				/>
				{shown.map((row) => (
					<Line
						key={'heading' in row ? row.heading : 'on' in row ? row.on : row.item.key}
						width={width}
						pieces={piecesOf(row, list.state.index, labelWidth, theme)}
					/>
				))}
				{!wide && <Box height={1} flexShrink={0} />}
				{!wide && <Lines width={width} height={below - 1} lines={words} colour="dim" />}
			</Box>
			{wide && (
				<Box flexDirection="column" width={aside} marginLeft={3} flexShrink={0}>
					<Lines width={aside} height={6} lines={whole} />
					<Lines width={aside} lines={['']} />
					<Lines width={aside} height={Math.max(1, body.height - 7)} lines={words} colour="dim" />
				</Box>
			)}
		</Box>
	);
}
