import type { ReactNode } from 'react';
import type { DecideMoment } from '../../source/engine/moment.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeys } from '../parts/keys.ts';
import { List, useList } from '../parts/list.tsx';
import { useBody } from '../parts/size.ts';
import { type MomentProps, wrappedRows } from './lines.ts';
import { CeremonyPage } from './page.tsx';

const MOST_ROWS = 8;

/** A choice only the operator can make; the pointer starts at the safe one. */
export function DecideView({ moment, act }: MomentProps<DecideMoment>): ReactNode {
	const { width, height } = useBody();
	const { title, words, choices } = moment;
	const list = Math.min(choices.length + 3, MOST_ROWS, Math.floor(height / 2));
	useFooter('decide');
	useKeys((press) => {
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is('decide.take') && handle.choice !== undefined)
			act({ type: 'decide', value: handle.choice.value });
		else return false;
		return true;
	});
	const rows = [
		...wrappedRows(title, width, { role: 'strong' }),
		...words.flatMap((line) => wrappedRows(line, width)),
	];
	const page = (children: ReactNode) => (
		<CeremonyPage view={moment.ceremony} rows={rows} below={list} scroll="pages">
			{children}
		</CeremonyPage>
	);
	const handle = useList(choices, { height: list, width });
	return page(<List choices={choices} state={handle.state} height={list} width={width} />);
}
