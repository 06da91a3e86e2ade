import type { ReactNode } from 'react';
import type { ChoicePrompt } from '../../source/engine/prompt.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/keyboard.ts';
import { ChoiceList, useList } from '../parts/list.tsx';
import { useBodySize } from '../parts/terminal-size.ts';
import { CeremonyPage } from './ceremony-page.tsx';
import { type PromptProps, wrapRows } from './ceremony-rows.ts';

const MOST_ROWS = 8;

/** A choice only the operator can make; the pointer starts at the safe one. */
export function ChoicePromptView({ moment, act }: PromptProps<ChoicePrompt>): ReactNode {
	const { width, height } = useBodySize();
	const { title, words, choices } = moment;
	const list = Math.min(choices.length + 3, MOST_ROWS, Math.floor(height / 2));
	useFooter('decide');
	useKeyHandler((press) => {
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is('decide.take') && handle.choice !== undefined)
			act({ type: 'decide', value: handle.choice.value });
		else return false;
		return true;
	});
	const rows = [
		...wrapRows(title, width, { role: 'strong' }),
		...words.flatMap((line) => wrapRows(line, width)),
	];
	const page = (children: ReactNode) => (
		<CeremonyPage view={moment.ceremony} rows={rows} below={list} scroll="pages">
			{children}
		</CeremonyPage>
	);
	const handle = useList(choices, { height: list, width });
	return page(<ChoiceList choices={choices} state={handle.state} height={list} width={width} />);
}
