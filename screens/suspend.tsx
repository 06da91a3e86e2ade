import { useApp } from 'ink';
import { type ReactNode, use, useEffect, useEffectEvent } from 'react';
import type { Guide } from '../source/engine/guide/model.ts';
import { stopUntilContinued } from '../source/engine/stop-for-shell.ts';
import { isSecret, SecretScreenContext } from './parts/secret-screen.ts';
import { Wizard } from './wizard.tsx';

/**
 * The wizard on a real terminal, where ctrl-z leads to the shell and `fg` back; so does SIGTSTP, whoever
 * sends it: stopped as it is, the program would leave what it shows, and the terminal in raw mode.
 */
export function SuspendingWizard({ guide }: { guide: Guide }): ReactNode {
	const { suspendTerminal } = useApp();
	const secretScreen = use(SecretScreenContext);
	const away = async () => {
		secretScreen.leave();
		await stopUntilContinued();
		if (isSecret(guide.model().screen)) secretScreen.enter();
	};
	const suspend = () => {
		// Windows has no such signal: there the key does nothing.
		if (process.platform === 'win32') return;
		// It refuses while the terminal is given away or taken back already: then this press is one too
		// many, and nothing is lost.
		secretScreen.blank();
		suspendTerminal(away).catch(() => {});
	};
	const onSignal = useEffectEvent(suspend);
	useEffect(() => {
		const listener = () => onSignal();
		process.on('SIGTSTP', listener);
		return () => void process.removeListener('SIGTSTP', listener);
	}, []);
	return <Wizard guide={guide} suspend={suspend} />;
}
