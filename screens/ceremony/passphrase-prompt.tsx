import { type ReactNode, useState } from 'react';
import type { PassphrasePrompt } from '../../source/engine/prompt.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/keyboard.ts';
import { useBodySize } from '../parts/terminal-size.ts';
import { useTheme } from '../parts/theme.ts';
import { CeremonyPage, TextRows } from './ceremony-page.tsx';
import { type CeremonyRows, type PromptProps, problemRows, wrapRows } from './ceremony-rows.ts';
import { MaskedField, useMaskedSecret } from './masked-secret-field.tsx';

/** A passphrase: a new one is typed twice, an existing one once. Never shown. */
export function PassphrasePromptView({
	moment,
	problem,
	act,
}: PromptProps<PassphrasePrompt>): ReactNode {
	const theme = useTheme();
	const { width } = useBodySize();
	const { fresh, minLength } = moment;
	const [again, setAgain] = useState(false);
	useFooter('secret');
	useKeyHandler((press) => {
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is('secret.take')) take();
		else return false;
		return true;
	});
	const first = useMaskedSecret({}, { active: !again });
	const second = useMaskedSecret({}, { active: again });
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
	const rows: CeremonyRows = [
		...wrapRows(moment.title, width, { role: 'strong' }),
		...moment.words.flatMap((line) => wrapRows(line, width)),
	];
	const rule: CeremonyRows = fresh
		? wrapRows(`At least ${minLength} characters. Use several words rather than symbols.`, width, {
				mark: `${long ? theme.glyphs.done : theme.glyphs.open} `,
				role: long ? 'done' : 'dim',
			})
		: [];
	const problems = first.count === 0 ? problemRows(said, width, theme) : [];
	const below = rule.length + problems.length + (fresh ? 4 : 2);
	return (
		<CeremonyPage view={moment.ceremony} rows={rows} below={below}>
			<TextRows rows={[...problems, ...rule, [{ text: 'Passphrase:' }]]} width={width} />
			<MaskedField count={first.count} width={width} focused={!again} />
			{fresh && (
				<>
					<TextRows rows={[[{ text: 'Repeat the passphrase:' }]]} width={width} />
					<MaskedField count={second.count} width={width} focused={again} />
				</>
			)}
		</CeremonyPage>
	);
}
