import type { Header } from '../../source/engine/guide/model.ts';
import { cells, fitText, type Piece } from './text.tsx';
import type { Theme } from './theme.ts';

const PRODUCT = 'tfe-wizard';

/**
 * The first line: product, session, account, region. The practice mark is never cut, and the
 * session name is cut before the account and region.
 */
export function headerLine(header: Header, width: number, theme: Theme): Piece[] {
	const { practice, session, account, region } = header;
	const mark = practice ? '  PRACTICE' : '';
	const facts = [account, region].filter((fact) => fact !== undefined);
	const joint = ` ${theme.glyphs.dot} `;
	const fixed =
		cells(PRODUCT) + cells(mark) + facts.reduce((sum, fact) => sum + cells(joint + fact), 0);
	const room = width - fixed - 2;
	const name = session === undefined ? '' : room >= 4 ? fitText(session, room, theme) : '';
	const facing = [...(name === '' ? [] : [name]), ...facts].join(joint);
	return [
		{ text: PRODUCT, role: 'accent', bold: true },
		...(facing === ''
			? []
			: ['  ', { text: fitText(facing, width - cells(PRODUCT) - cells(mark) - 2, theme) }]),
		...(practice ? [{ text: mark, role: 'warning' as const, bold: true }] : []),
	];
}
