import { type ReactNode, useState } from 'react';
import type { PassphraseMoment } from '../../source/engine/moment.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeys } from '../parts/keys.ts';
import { useBody } from '../parts/size.ts';
import { useTheme } from '../parts/theme.ts';
import { type MomentProps, problemRows, type Rows, wrappedRows } from './lines.ts';
import { CeremonyPage, Drawn } from './page.tsx';
import { MaskedField, useSecretField } from './secret-field.tsx';

/** A passphrase: a new one is typed twice, an existing one once. Never shown. */
export function PassphraseView({ moment, problem, act }: MomentProps<PassphraseMoment>): ReactNode {
	const theme = useTheme();
	const { width } = useBody();
	const { fresh, minLength } = moment;
	const [again, setAgain] = useState(false);
	useFooter('secret');
	useKeys((press) => {
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is('secret.take')) take();
		else return false;
		return true;
	});
	const first = useSecretField({}, { active: !again });
	const second = useSecretField({}, { active: again });
	// The length is checked before the passphrase is repeated.
	const long = !fresh || first.count >= minLength;
	const take = () => {
		if (fresh && !again && long) {
			setAgain(true);
			return;
		}
		setAgain(false);
		const secret = first.take();
		act({ type: 'give', secret, ...(fresh ? { again: second.take() } : {}) });
	};
	const said = problem ?? moment.problem;
	const rows: Rows = [
		...wrappedRows(moment.title, width, { role: 'strong' }),
		...moment.words.flatMap((line) => wrappedRows(line, width)),
	];
	const rule: Rows = fresh
		? wrappedRows(
				`At least ${minLength} characters. Use several words rather than symbols.`,
				width,
				{
					mark: `${long ? theme.glyphs.done : theme.glyphs.open} `,
					role: long ? 'done' : 'dim',
				},
			)
		: [];
	const problems = first.count === 0 ? problemRows(said, width, theme) : [];
	const below = rule.length + problems.length + (fresh ? 4 : 2);
	return (
		<CeremonyPage view={moment.ceremony} rows={rows} below={below}>
			<Drawn rows={[...problems, ...rule, [{ text: 'Passphrase:' }]]} width={width} />
			<MaskedField count={first.count} width={width} focused={!again} />
			{fresh && (
				<>
					<Drawn rows={[[{ text: 'Repeat the passphrase:' }]]} width={width} />
					<MaskedField count={second.count} width={width} focused={again} />
				</>
			)}
		</CeremonyPage>
	);
}
