import type { FC } from 'react';
import type { QuestionScreen } from '../../source/wizard/wizard-model.ts';
import { ChoiceField } from './choice-field.tsx';
import { MultilineField } from './editor-field.tsx';
import type { FieldProps } from './field-props.ts';
import { LineField } from './line-field.tsx';
import { ListField } from './list-field.tsx';
import { LookupField } from './lookup-field.tsx';
import { MapField } from './map-field.tsx';
import { MultiField } from './multi-field.tsx';
import { SecretReferenceField } from './secret-reference-field.tsx';

/** The field for a question, by its kind and lookup state. */
export function getFieldComponent({ valueKind, lookup }: QuestionScreen): FC<FieldProps> {
	switch (valueKind) {
		case 'choice':
		case 'variant':
		case 'yesno':
			return ChoiceField;
		case 'text':
			return LookupField;
		case 'number':
			return LineField;
		case 'list':
			return lookup === undefined || lookup.state === 'denied' ? ListField : MultiField;
		case 'map':
			return MapField;
		case 'multiline':
			return MultilineField;
		case 'secret':
			return SecretReferenceField;
	}
}
