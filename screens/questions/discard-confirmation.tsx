import { type ReactNode, useState } from 'react';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { TextLine } from '../parts/styled-text.tsx';
import { useTheme } from '../parts/theme.ts';

/**
 * Leaves a field with Escape. Several items or lines take long to type again, so that a changed field
 * asks for a second Escape; returns what it asks.
 */
export function useDiscardConfirmation(changed: boolean, leave: () => void): ReactNode {
	const [asked, setAsked] = useState(false);
	const { glyphs } = useTheme();
	useKeyHandler((press) => {
		if (!press.is('backFromText')) {
			setAsked(false);
			return false;
		}
		if (changed && !asked) setAsked(true);
		else leave();
		return true;
	});
	const text = `${glyphs.warning} Press Esc again to discard the changes.`;
	return asked ? <TextLine width={text.length} pieces={[{ text, role: 'warning' }]} /> : undefined;
}
