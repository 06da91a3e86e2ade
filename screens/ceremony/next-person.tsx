import type { ReactNode } from 'react';
import type { NextPersonMoment } from '../../source/engine/moment.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeys } from '../parts/keys.ts';
import { useBody } from '../parts/size.ts';
import type { MomentProps } from './lines.ts';
import { wrappedRows } from './lines.ts';
import { CeremonyPage, Drawn } from './page.tsx';

/** Between two key holders; shows nothing secret. */
export function NextPersonView({ moment, act }: MomentProps<NextPersonMoment>): ReactNode {
	const { width } = useBody();
	const { custodian, number, of, words } = moment;
	useFooter('ceremony');
	useKeys((press) => {
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is('ceremony.ready')) act({ type: 'agree' });
		else return false;
		return true;
	});
	const rows = [
		...wrappedRows(`Key holder ${number} of ${of}: ${custodian}`, width, { role: 'strong' }),
		...wrappedRows(
			`Only ${custodian} should be at the screen now. Nothing secret is shown yet.`,
			width,
		),
		[],
		...words.flatMap((line) => wrappedRows(line, width)),
	];
	const below = wrappedRows(`Press Enter when ${custodian} is alone at the screen.`, width, {
		role: 'strong',
	});
	return (
		<CeremonyPage view={moment.ceremony} rows={rows} below={below.length}>
			<Drawn rows={below} width={width} />
		</CeremonyPage>
	);
}
