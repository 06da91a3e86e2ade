import type { ReactNode } from 'react';
import { TextEditorField } from './editor-field.tsx';
import type { FieldProps } from './field-props.ts';
import { formatMapLines, parseMapLines } from './field-values.ts';

/** Lines of `key = value`. Values are JSON where the question allows it, otherwise text. */
export function MapField(props: FieldProps): ReactNode {
	const { screen, guide } = props;
	const read = (text: string) => {
		const found = parseMapLines(text);
		if ('problem' in found) return found;
		if (Object.keys(found.typed).length === 0 && screen.optional) return { value: undefined };
		// 4711 is a number in JSON, but text where only text is allowed.
		const asText =
			guide.problemOf(found.typed) !== undefined && guide.problemOf(found.text) === undefined;
		return { value: asText ? found.text : found.typed };
	};
	return (
		<TextEditorField
			{...props}
			initial={formatMapLines(screen.value)}
			read={read}
			hint={['key = value, one per line', screen.rule].filter(Boolean).join('; ')}
		/>
	);
}
