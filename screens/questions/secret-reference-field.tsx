import { type ReactNode, useState } from 'react';
import type { Choice } from '../../source/wizard/wizard-view-model.ts';
import { TextLines } from '../parts/styled-text.tsx';
import { ChoiceField } from './choice-field.tsx';
import {
	createSecretReference,
	findSecretSourceKind,
	getSecretReferenceTarget,
	type SecretSourceKind,
} from './field-values.ts';
import { type FieldProps, LineField } from './line-field.tsx';

const BLANK = 'blank';

const prompts: Readonly<
	Record<Exclude<SecretSourceKind, 'generate'>, { ask: string; example: string }>
> = {
	env: { ask: 'Environment variable name', example: 'TFE_DB_PASSWORD' },
	file: { ask: 'File path', example: 'secrets/db-password' },
	command: { ask: 'Command that prints the secret', example: 'pass show tfe/db' },
};

function choicesOf({ screen, controller }: FieldProps): Choice[] {
	const refusal = controller.validate(createSecretReference('generate', ''));
	return [
		{
			value: 'generate',
			label: 'Generate a random value',
			hint: 'recommended: long, never displayed',
			...(refusal !== undefined && { refusal }),
		},
		{ value: 'env', label: 'From an environment variable', hint: 'enter its name, not its value' },
		{ value: 'file', label: 'From a file', hint: 'enter its path' },
		{ value: 'command', label: 'From a command', hint: 'for example, a password manager' },
		...(screen.optional ? [{ value: BLANK, label: 'Leave blank' }] : []),
	];
}

/** Asks for the source of a secret. The secret itself is never entered here. */
export function SecretReferenceField(props: FieldProps): ReactNode {
	const { screen, controller, width, height } = props;
	const [form, setForm] = useState<Exclude<SecretSourceKind, 'generate'> | undefined>(undefined);
	if (form === undefined) {
		return (
			<ChoiceField
				{...props}
				choices={choicesOf(props)}
				refuseTyping
				initial={findSecretSourceKind(screen.value) ?? 'generate'}
				onSelect={(taken) => {
					if (taken === BLANK) controller.act({ type: 'answer', value: undefined });
					else if (taken === 'generate') {
						controller.act({ type: 'answer', value: createSecretReference('generate', '') });
					} else setForm(taken as Exclude<SecretSourceKind, 'generate'>);
				}}
			/>
		);
	}
	return (
		<>
			<TextLines width={width} lines={[`${prompts[form].ask}:`]} />
			<LineField
				{...props}
				key={form}
				height={height - 1}
				initial={getSecretReferenceTarget(screen.value, form)}
				toValue={(text) => createSecretReference(form, text.trim())}
				rule="a reference only: the secret itself is never stored"
				example={prompts[form].example}
				onBack={() => setForm(undefined)}
			/>
		</>
	);
}
