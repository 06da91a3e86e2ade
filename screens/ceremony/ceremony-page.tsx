import { Box } from 'ink';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import type { CeremonyProgress } from '../../source/vault/ceremony/ceremony-prompt-types.ts';
import type { WizardAction } from '../../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import type { KeyScope } from '../parts/key-bindings.ts';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { useDetectedRecorders } from '../parts/providers.tsx';
import { createStepperLine } from '../parts/stepper.ts';
import {
	formatHiddenRows,
	getRowWidth,
	getWidthInCells,
	type RowPieces,
	TextLine,
	type TextPiece,
	TextRows,
	truncateText,
	wrapTextToRows,
} from '../parts/styled-text.tsx';
import { useBodySize } from '../parts/terminal-and-body-size.ts';
import { type Theme, useTheme } from '../parts/theme.ts';

/** Minimum height for empty rows between the parts. */
const AIRY = 17;
/** Minimum rows of scrolled text. */
const LEAST_ROOM = 4;

interface PageProps {
	view: CeremonyProgress;
	/** The text to read, scrolled when it is long. */
	rows: RowPieces[];
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
			const lines = Number(key.downArrow) - Number(key.upArrow);
			const by = lines * line + (Number(key.pageDown) - Number(key.pageUp)) * page;
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
	const more = `${formatHiddenRows(from, left, theme)}${left > 0 ? ' to read' : ''}`;
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

type Custodian = CeremonyProgress['custodians'][number];

/** From this height on each key holder has a row with the fingerprint. */
const ROOMY = 28;

const markOf = ({ state }: Custodian, { glyphs }: Theme): TextPiece =>
	({
		waiting: { text: glyphs.open },
		current: { text: glyphs.current, role: 'accent' as const, bold: true },
		received: { text: glyphs.arrow, role: 'accent' as const },
		proven: { text: glyphs.done, role: 'done' as const },
	})[state];

const stateWords: Readonly<Record<Custodian['state'], string>> = {
	waiting: 'waiting',
	current: 'current',
	received: 'has a share',
	proven: 'verified',
};

/** Above every prompt: the stages, the key holders and the current unseal keys. */
function ceremonyHeaderRows(
	progress: CeremonyProgress,
	body: { width: number; height: number },
	theme: Theme,
): RowPieces[] {
	const { width, height } = body;
	const stages = progress.stages.map((stage) => ({ ...stage, id: stage.title }));
	return [
		[{ text: progress.title, role: 'strong' }],
		...(stages.length === 0 ? [] : [createStepperLine(stages, width, theme)]),
		...custodianRows(progress.custodians, width, height >= ROOMY, theme),
		...wrapTextToRows(`Current unseal keys: ${progress.safe}`, width, {
			mark: `${theme.glyphs.bar} `,
		}),
	];
}

function custodianRows(
	all: readonly Custodian[],
	width: number,
	roomy: boolean,
	theme: Theme,
): RowPieces[] {
	if (all.length === 0) return [];
	if (roomy) return all.map((one) => rowOf(one, all, width, theme));
	const line = all.flatMap(
		(one, at): RowPieces => [...(at > 0 ? ['  '] : []), markOf(one, theme), ` ${one.name}`],
	);
	return getRowWidth(line) <= width ? [line] : [countsOf(all, theme)];
}

function rowOf(
	one: Custodian,
	all: readonly Custodian[],
	width: number,
	theme: Theme,
): TextPiece[] {
	const longest = Math.min(24, Math.max(...all.map(({ name }) => getWidthInCells(name))));
	const name = truncateText(one.name, longest, theme);
	return [
		markOf(one, theme),
		` ${name}${' '.repeat(longest - getWidthInCells(name))}  ${stateWords[one.state].padEnd(11)}`,
		{
			text: `  ${one.fingerprint ?? 'no PGP key: shown on screen'}`.slice(0, width),
			role: 'dim',
		},
	];
}

/** For more key holders than fit a row: the current one, and counts by state. */
function countsOf(all: readonly Custodian[], theme: Theme): TextPiece[] {
	const current = all.find(({ state }) => state === 'current');
	const counts = (['proven', 'received', 'waiting'] as const).flatMap((state) => {
		const count = all.filter((one) => one.state === state).length;
		const words = { proven: 'verified', received: 'with a share', waiting: 'waiting' };
		return count === 0 ? [] : [`${count} ${words[state]}`];
	});
	return [
		...(current === undefined ? [] : [markOf(current, theme), ` ${current.name}   `]),
		{ text: counts.join(', '), role: 'dim' },
	];
}

/** Props of every prompt view. */
export interface PromptProps<M> {
	prompt: M;
	/** Why the last reply was rejected. */
	problem?: string;
	act(action: WizardAction): void;
}

/** The keys of a prompt: Escape postpones it, and one key replies. */
export function usePromptKeys(
	scope: KeyScope,
	replyKey: string,
	act: (action: WizardAction) => void,
	onReply: () => void,
): void {
	useRegisterFooterKeys(scope);
	useKeyHandler((press) => {
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is(replyKey)) onReply();
		else return false;
		return true;
	});
}

/** A title and the lines below it. */
export const getPromptRows = (
	title: string,
	lines: readonly string[],
	width: number,
): RowPieces[] => [
	...wrapTextToRows(title, width, { role: 'strong' }),
	...lines.flatMap((line) => wrapTextToRows(line, width)),
];

export const createProblemRows = (
	problem: string | undefined,
	width: number,
	{ glyphs }: Theme,
): RowPieces[] =>
	problem === undefined
		? []
		: wrapTextToRows(`${problem}.`.replace(/([.!?])\.$/, '$1'), width, {
				mark: `${glyphs.failed} `,
				role: 'failure',
			});

export const createWarningRows = (
	warnings: readonly string[],
	width: number,
	theme: Theme,
): RowPieces[] =>
	warnings.flatMap((warning) =>
		wrapTextToRows(warning, width, { mark: `${theme.glyphs.warning} `, role: 'warning' }),
	);

/** Warns of programs around this terminal that may record what it shows. */
export function useRecordingWarningRows(width: number): RowPieces[] {
	const theme = useTheme();
	const recorders = useDetectedRecorders();
	return createWarningRows(
		recorders.map(({ what, advice }) => `${what} ${advice}`),
		width,
		theme,
	);
}
