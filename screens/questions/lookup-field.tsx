import { type ReactNode, useState } from 'react';
import { useSpinner } from '../parts/now.ts';
import { Line, Lines, wrapLines } from '../parts/text.tsx';
import { useTheme } from '../parts/theme.ts';
import { ChoiceField } from './choice-field.tsx';
import type { FieldProps } from './field.ts';
import { LineField } from './line-field.tsx';
import { BLANK, lookupChoices, TYPE } from './lookup-choices.ts';

function Looking({ what, width }: { what: string; width: number }): ReactNode {
	const spinner = useSpinner();
	return <Line width={width} pieces={[{ text: spinner, role: 'accent' }, ` looking up ${what}`]} />;
}

/** A value that can be found in the account, or typed where it cannot. */
export function LookupField(props: FieldProps): ReactNode {
	const { screen, guide, width, height } = props;
	const { lookup } = screen;
	const [typing, setTyping] = useState(screen.problem !== undefined);
	const { glyphs } = useTheme();
	if (lookup === undefined) return <LineField {...props} />;
	if (lookup.state === 'denied') {
		const words = lookup.words === undefined ? '' : `: ${lookup.words}`;
		const lines = wrapLines(
			`${glyphs.unknown} ${lookup.what} could not be looked up${words}. Type the value.`,
			width,
		).slice(0, 3);
		return (
			<>
				<Lines width={width} lines={lines} colour="warning" />
				<LineField {...props} height={height - lines.length} />
			</>
		);
	}
	if (typing) return <LineField {...props} onBack={() => setTyping(false)} />;
	const take = (value: string) => {
		if (value === TYPE) setTyping(true);
		else guide.act({ type: 'answer', value: value === BLANK ? undefined : value });
	};
	const looking = lookup.state === 'looking';
	const none = lookup.state === 'found' && lookup.choices.length === 0;
	return (
		<>
			{looking && <Looking what={lookup.what} width={width} />}
			{none && <Line width={width} pieces={[{ text: `no ${lookup.what} found`, role: 'dim' }]} />}
			<ChoiceField
				// What is found later is another list, and the pointer begins anew in it.
				key={lookup.state}
				{...props}
				height={height - (looking || none ? 1 : 0)}
				choices={lookupChoices(screen)}
				onTake={take}
				typeAhead={lookup.choices.length > 0}
			/>
		</>
	);
}
