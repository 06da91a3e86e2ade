import { type ReactNode, useState } from 'react';
import { useTheme } from '../parts/theme.ts';
import { ChoiceField } from './choice-field.tsx';
import type { FieldProps } from './field.ts';
import { LineField } from './line-field.tsx';
import { BLANK, lookupChoices, TYPE } from './lookup-choices.ts';
import { LookupNotice, noticeLines } from './lookup-notice.tsx';

/** A value looked up in the account, or typed. */
export function LookupField(props: FieldProps): ReactNode {
	const { screen, guide, width } = props;
	const { lookup } = screen;
	const [typing, setTyping] = useState(screen.problem !== undefined);
	const theme = useTheme();
	if (lookup === undefined) return <LineField {...props} />;
	const height = props.height - noticeLines(lookup, width, theme).length;
	const notice = <LookupNotice lookup={lookup} width={width} />;
	if (lookup.state === 'denied') {
		return (
			<>
				{notice}
				<LineField {...props} height={height} />
			</>
		);
	}
	if (typing) return <LineField {...props} onBack={() => setTyping(false)} />;
	const take = (value: string) => {
		if (value === TYPE) setTyping(true);
		else guide.act({ type: 'answer', value: value === BLANK ? undefined : value });
	};
	return (
		<>
			{notice}
			<ChoiceField
				// A finished lookup is a new list with its own pointer.
				key={lookup.state}
				{...props}
				height={height}
				choices={lookupChoices(screen)}
				onTake={take}
				typeAhead={lookup.choices.length > 0}
			/>
		</>
	);
}
