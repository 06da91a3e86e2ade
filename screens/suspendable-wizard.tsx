import { useApp } from 'ink';
import { type ReactNode, use, useEffect, useEffectEvent } from 'react';
import { suspendProcess } from '../source/engine/suspend-process.ts';
import type { WizardController } from '../source/wizard/wizard-model.ts';
import { isSecretScreen, SecretScreenContext } from './parts/secret-screen.ts';
import { Wizard } from './wizard.tsx';

/**
 * The wizard on a real terminal. ctrl-z and SIGTSTP suspend it; both must restore the terminal
 * first, because a stopped process would leave it in raw mode.
 */
export function SuspendableWizard({ guide }: { guide: WizardController }): ReactNode {
	const { suspendTerminal } = useApp();
	const secretScreen = use(SecretScreenContext);
	const away = async () => {
		secretScreen.leave();
		await suspendProcess();
		if (isSecretScreen(guide.model().screen)) secretScreen.enter();
	};
	const suspend = () => {
		// Windows has no SIGTSTP.
		if (process.platform === 'win32') return;
		// Rejects while the terminal is already being released or taken back; that press is ignored.
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
