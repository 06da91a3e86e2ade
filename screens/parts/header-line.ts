import type { WizardHeader } from '../../source/wizard/wizard-model.ts';
import { getCellWidth, type TextPiece, truncateText } from './styled-text.tsx';
import type { Theme } from './theme.ts';

const PRODUCT = 'tfe-wizard';

/**
 * The first line: product, session, account, region. The practice mark is never cut, and the
 * session name is cut before the account and region.
 */
export function createHeaderLine(header: WizardHeader, width: number, theme: Theme): TextPiece[] {
	const { practice, session, account, region } = header;
	const mark = practice ? '  PRACTICE' : '';
	const facts = [account, region].filter((fact) => fact !== undefined);
	const joint = ` ${theme.glyphs.dot} `;
	const fixed =
		getCellWidth(PRODUCT) +
		getCellWidth(mark) +
		facts.reduce((sum, fact) => sum + getCellWidth(joint + fact), 0);
	const room = width - fixed - 2;
	const name = session === undefined ? '' : room >= 4 ? truncateText(session, room, theme) : '';
	const facing = [...(name === '' ? [] : [name]), ...facts].join(joint);
	return [
		{ text: PRODUCT, role: 'accent', bold: true },
		...(facing === ''
			? []
			: [
					'  ',
					{
						text: truncateText(
							facing,
							width - getCellWidth(PRODUCT) - getCellWidth(mark) - 2,
							theme,
						),
					},
				]),
		...(practice ? [{ text: mark, role: 'warning' as const, bold: true }] : []),
	];
}
