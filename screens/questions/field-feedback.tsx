import type { ReactNode } from 'react';
import { TextLine, TextLines, type TextPiece, wrapSingleLine } from '../parts/styled-text.tsx';
import { useTheme } from '../parts/theme.ts';

interface VerdictProps {
	width: number;
	height: number;
	problem: string | undefined;
	/** The current value is valid. */
	good: boolean;
	rule?: string | undefined;
	example?: string | undefined;
}

/** Below a field: the problem of the value, or the rule with a check mark once it is met. */
export function FieldFeedback({
	width,
	height,
	problem,
	good,
	rule,
	example,
}: VerdictProps): ReactNode {
	const { glyphs } = useTheme();
	const rows = Math.max(1, height);
	const ruleText = [rule, example && `for example ${example}`].filter(Boolean).join('; ');
	const tick: TextPiece[] = good ? [{ text: `${glyphs.done} `, role: 'done' }] : [];
	if (problem !== undefined) {
		const lines = wrapSingleLine(`${glyphs.failed} ${problem}`, width);
		const left = rows - lines.length;
		return (
			<>
				<TextLines width={width} height={rows} colour="failure" lines={lines} />
				{left > 0 && ruleText !== '' && (
					<TextLines
						width={width}
						height={left}
						colour="dim"
						lines={wrapSingleLine(ruleText, width)}
					/>
				)}
			</>
		);
	}
	if (ruleText === '' && !good) return null;
	const [first = '', ...rest] = wrapSingleLine(ruleText, width - 2);
	return (
		<>
			<TextLine width={width} pieces={[...tick, { text: first, role: 'dim' }]} />
			{rows > 1 && (
				<TextLines
					width={width}
					height={rows - 1}
					indent={good ? '  ' : ''}
					colour="dim"
					lines={rest}
				/>
			)}
		</>
	);
}
