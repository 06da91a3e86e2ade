import { use, useLayoutEffect, useState } from 'react';
import type { WizardAction } from '../../source/wizard/wizard-model.ts';
import { ClockContext, useCurrentTime } from '../parts/clock.ts';
import { useKeyHandler } from '../parts/keyboard.ts';
import { SecretScreenContext } from '../parts/secret-screen.ts';
import { useTerminalSize } from '../parts/terminal-size.ts';

interface Shown {
	/** Seconds until it is hidden; 0 while hidden. */
	left: number;
	/** It has been shown before. */
	seen: boolean;
	/** Why the last key had no effect. */
	refused: string | undefined;
}

/**
 * Whether a share is shown. Space shows it; any key, the time limit, a resize and leaving the
 * screen hide it, because another person may be there on return.
 */
export function useShareVisibility(seconds: number, act: (action: WizardAction) => void): Shown {
	const clock = use(ClockContext);
	const screen = use(SecretScreenContext);
	const { columns, rows } = useTerminalSize();
	const [until, setUntil] = useState(0);
	const [visit, setVisit] = useState(0);
	const [seen, setSeen] = useState(false);
	const [refused, setRefused] = useState<string | undefined>(undefined);
	const now = useCurrentTime(until > 0 ? 1000 : 0);
	// `now` can lag behind the key by up to a second.
	const rest = Math.min(seconds, Math.max(0, Math.ceil((until - now) / 1000)));
	const left = visit === screen.visit ? rest : 0;
	const hide = () => {
		// Immediately, not with the next frame.
		screen.blank();
		setUntil(0);
	};
	useKeyHandler((press) => {
		setRefused(undefined);
		if (left > 0) {
			hide();
			// Interrupt, suspend and confirm keep their meaning; any other key has hidden it.
			return !press.is('interrupt', 'suspend', 'reveal.on') ? true : goOn(press.is('reveal.on'));
		}
		if (press.is('ceremony.notNow')) act({ type: 'not-now' });
		else if (press.is('reveal.toggle')) {
			setUntil(clock.now() + seconds * 1000);
			setVisit(screen.visit);
			setSeen(true);
		} else if (press.is('reveal.on')) {
			if (seen) act({ type: 'agree' });
			else setRefused('Not shown yet. Press Space to show it.');
		} else return false;
		return true;
	});
	const goOn = (on: boolean) => {
		if (on) act({ type: 'agree' });
		return on;
	};
	const over = until > 0 && left === 0;
	// biome-ignore lint/correctness/useExhaustiveDependencies: another size hides it too
	useLayoutEffect(() => setUntil(0), [over, columns, rows]);
	return { left, seen, refused };
}
