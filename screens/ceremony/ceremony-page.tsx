import { Box } from 'ink';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import type { CeremonyProgress } from '../../source/engine/prompt.ts';
import { useKeyHandler } from '../parts/keyboard.ts';
import { TextLine } from '../parts/styled-text.tsx';
import { useBodySize } from '../parts/terminal-size.ts';
import { useTheme } from '../parts/theme.ts';
import { ceremonyHeaderRows } from './ceremony-header.ts';
import type { CeremonyRows } from './ceremony-rows.ts';

/** Minimum height for empty rows between the parts. */
const AIRY = 17;
/** Minimum rows of scrolled text. */
const LEAST_ROOM = 4;

interface PageProps {
	view: CeremonyProgress;
	/** The text to read, scrolled when it is long. */
	rows: CeremonyRows;
	/** Shown below, always in full. */
	children?: ReactNode;
	/** Rows that `children` takes. */
	below: number;
	/** Which keys scroll; others have another meaning here. */
	scroll?: 'all' | 'pages' | 'none';
	/** Called once the last row has been shown. */
	onRead?: () => void;
}

/** The ceremony header, the scrolled text, and the input below. */
export function CeremonyPage({
	view,
	rows,
	children,
	below,
	scroll = 'all',
	onRead,
}: PageProps): ReactNode {
	const theme = useTheme();
	const body = useBodySize();
	const [wanted, setFrom] = useState(0);
	const { width, height } = body;
	const whole = ceremonyHeaderRows(view, body, theme);
	const air = height >= AIRY ? 1 : 0;
	// The header is shortened before the prompt, but always keeps the current unseal keys.
	const most = Math.max(1, height - below - 2 * air - LEAST_ROOM);
	const head =
		whole.length <= most
			? whole
			: [...whole.slice(0, 1), ...whole.slice(-(most - 1))].slice(0, most);
	const room = Math.max(1, height - head.length - below - 2 * air);
	const page = rows.length > room ? room - 1 : room;
	const last = Math.max(0, rows.length - page);
	const from = Math.min(wanted, last);
	useKeyHandler(
		({ key }) => {
			const line = scroll === 'pages' ? 0 : 1;
			const by = key.upArrow
				? -line
				: key.downArrow
					? line
					: key.pageUp
						? -page
						: key.pageDown
							? page
							: 0;
			if (by === 0) return false;
			setFrom(Math.max(0, Math.min(last, from + by)));
			return true;
		},
		{ active: scroll !== 'none' && last > 0 },
	);
	const left = rows.length - from - page;
	const ended = left <= 0;
	useLayoutEffect(() => {
		if (ended) onRead?.();
	}, [ended, onRead]);
	const { up, down } = theme.glyphs;
	const more = [
		...(from > 0 ? [`${up} ${from} more`] : []),
		...(left > 0 ? [`${down} ${left} more to read`] : []),
	].join('   ');
	return (
		<Box flexDirection="column" height={height} overflow="hidden">
			<TextRows rows={head} width={width} />
			<Box height={air} flexShrink={0} />
			<TextRows rows={rows.slice(from, from + page)} width={width} />
			{rows.length > room && (
				<TextLine width={width} pieces={[{ text: more, role: left > 0 ? 'warning' : 'dim' }]} />
			)}
			<Box height={air} flexShrink={0} />
			{children}
		</Box>
	);
}

export function TextRows({ rows, width }: { rows: CeremonyRows; width: number }): ReactNode {
	return rows.map((pieces, at) => (
		// biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
		<TextLine key={at} width={width} pieces={pieces.length === 0 ? [' '] : pieces} />
	));
}
