import { type ReactNode, useState } from 'react';
import { useTheme } from '../parts/theme.ts';
import { ChoiceField } from './choice-field.tsx';
import type { FieldProps } from './field-props.ts';
import { LineField } from './line-field.tsx';
import { BLANK_VALUE, CUSTOM_VALUE, createLookupChoices } from './lookup-choices.ts';
import { LookupNotice, lookupNoticeLines } from './lookup-notice.tsx';

/** A value looked up in the account, or typed. */
export function LookupField(props: FieldProps): ReactNode {
	const { screen, guide, width } = props;
	const { lookup } = screen;
	const [typing, setTyping] = useState(screen.problem !== undefined);
	const theme = useTheme();
	if (lookup === undefined) return <LineField {...props} />;
	const height = props.height - lookupNoticeLines(lookup, width, theme).length;
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
		if (value === CUSTOM_VALUE) setTyping(true);
		else guide.act({ type: 'answer', value: value === BLANK_VALUE ? undefined : value });
	};
	return (
		<>
			{notice}
			<ChoiceField
				// A finished lookup is a new list with its own pointer.
				key={lookup.state}
				{...props}
				height={height}
				choices={createLookupChoices(screen)}
				onTake={take}
				typeAhead={lookup.choices.length > 0}
			/>
		</>
	);
}
