import type { ReactNode } from 'react';
import type { EnterSharePrompt } from '../../source/engine/prompt.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/keyboard.ts';
import { useBodySize } from '../parts/terminal-size.ts';
import { useTheme } from '../parts/theme.ts';
import { CeremonyPage, TextRows } from './ceremony-page.tsx';
import { type CeremonyRows, type PromptProps, problemRows, wrapRows } from './ceremony-rows.ts';
import { MaskedField, useMaskedSecret } from './masked-secret-field.tsx';

/** Asks a key holder for a share: typed back, or as they decrypted it. */
export function EnterSharePromptView({
	moment,
	problem,
	act,
}: PromptProps<EnterSharePrompt>): ReactNode {
	const theme = useTheme();
	const { width } = useBodySize();
	const { custodian, words, message, attempt, attempts } = moment;
	useFooter('secret');
	useKeyHandler((press) => {
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is('secret.take')) act({ type: 'give', secret: field.take() });
		else return false;
		return true;
	});
	const field = useMaskedSecret({ blanks: 'left-out' });
	const rows: CeremonyRows = [
		...wrapRows(`Key share of ${custodian}`, width, { role: 'strong' }),
		...words.flatMap((line) => wrapRows(line, width)),
		...(message === undefined
			? []
			: [
					...wrapRows('The share is in this file, encrypted with their key:', width),
					...wrapRows(message.file, width, { mark: '    ' }),
					...wrapRows('Decrypt it with:', width),
					...wrapRows(message.command, width, { mark: '    ', role: 'accent' }),
				]),
	];
	const count = `${field.count} character${field.count === 1 ? '' : 's'}`;
	const left = attempts - attempt + 1;
	const tries = left === 1 ? 'last attempt' : `attempt ${attempt} of ${attempts}`;
	const ask: CeremonyRows = [
		...problemRows(problem ?? moment.problem, width, theme),
		...wrapRows(`Whitespace is ignored; input is hidden. ${count}, ${tries}.`, width, {
			role: 'dim',
		}),
	];
	return (
		<CeremonyPage view={moment.ceremony} rows={rows} below={ask.length + 1}>
			<TextRows rows={ask} width={width} />
			<MaskedField count={field.count} width={width} />
		</CeremonyPage>
	);
}
