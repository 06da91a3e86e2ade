import type { ReactNode } from 'react';
import type { GiveShareMoment } from '../../source/engine/moment.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeys } from '../parts/keys.ts';
import { useBody } from '../parts/size.ts';
import { useTheme } from '../parts/theme.ts';
import { type MomentProps, problemRows, type Rows, wrappedRows } from './lines.ts';
import { CeremonyPage, Drawn } from './page.tsx';
import { MaskedField, useSecretField } from './secret-field.tsx';

/** Asks a key holder for a share: typed back, or as they decrypted it. */
export function GiveShareView({ moment, problem, act }: MomentProps<GiveShareMoment>): ReactNode {
	const theme = useTheme();
	const { width } = useBody();
	const { custodian, words, message, attempt, attempts } = moment;
	useFooter('secret');
	useKeys((press) => {
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is('secret.take')) act({ type: 'give', secret: field.take() });
		else return false;
		return true;
	});
	const field = useSecretField({ blanks: 'left-out' });
	const rows: Rows = [
		...wrappedRows(`Key share of ${custodian}`, width, { role: 'strong' }),
		...words.flatMap((line) => wrappedRows(line, width)),
		...(message === undefined
			? []
			: [
					...wrappedRows('The share is in this file, encrypted with their key:', width),
					...wrappedRows(message.file, width, { mark: '    ' }),
					...wrappedRows('Decrypt it with:', width),
					...wrappedRows(message.command, width, { mark: '    ', role: 'accent' }),
				]),
	];
	const count = `${field.count} character${field.count === 1 ? '' : 's'}`;
	const left = attempts - attempt + 1;
	const tries = left === 1 ? 'last attempt' : `attempt ${attempt} of ${attempts}`;
	const ask: Rows = [
		...problemRows(problem ?? moment.problem, width, theme),
		...wrappedRows(`Whitespace is ignored; input is hidden. ${count}, ${tries}.`, width, {
			role: 'dim',
		}),
	];
	return (
		<CeremonyPage view={moment.ceremony} rows={rows} below={ask.length + 1}>
			<Drawn rows={ask} width={width} />
			<MaskedField count={field.count} width={width} />
		</CeremonyPage>
	);
}
