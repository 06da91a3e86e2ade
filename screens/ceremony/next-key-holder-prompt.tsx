import type { ReactNode } from 'react';
import type { NextKeyHolderPrompt } from '../../source/engine/prompt.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/keyboard.ts';
import { useBodySize } from '../parts/terminal-size.ts';
import { CeremonyPage, TextRows } from './ceremony-page.tsx';
import type { PromptProps } from './ceremony-rows.ts';
import { wrapRows } from './ceremony-rows.ts';

/** Between two key holders; shows nothing secret. */
export function NextKeyHolderPromptView({
	moment,
	act,
}: PromptProps<NextKeyHolderPrompt>): ReactNode {
	const { width } = useBodySize();
	const { custodian, number, of, words } = moment;
	useFooter('ceremony');
	useKeyHandler((press) => {
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is('ceremony.ready')) act({ type: 'agree' });
		else return false;
		return true;
	});
	const rows = [
		...wrapRows(`Key holder ${number} of ${of}: ${custodian}`, width, { role: 'strong' }),
		...wrapRows(
			`Only ${custodian} should be at the screen now. Nothing secret is shown yet.`,
			width,
		),
		[],
		...words.flatMap((line) => wrapRows(line, width)),
	];
	const below = wrapRows(`Press Enter when ${custodian} is alone at the screen.`, width, {
		role: 'strong',
	});
	return (
		<CeremonyPage view={moment.ceremony} rows={rows} below={below.length}>
			<TextRows rows={below} width={width} />
		</CeremonyPage>
	);
}
