import { useApp } from 'ink';
import { type ReactNode, use } from 'react';
import type { Guide } from '../source/engine/guide/model.ts';
import { isSecret, SecretScreenContext } from './parts/secret-screen.ts';
import { Wizard } from './wizard.tsx';

/** A process that still runs after this was not stopped. */
const DROPPED_MS = 500;

/** Stops this process as a shell expects it of ctrl-z, and resolves when it goes on. */
async function stopUntilContinued(): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	process.once('SIGCONT', resolve);
	// Only this process: terraform under way goes on, or its state would be left half written.
	process.kill(process.pid, 'SIGTSTP');
	// Where no shell does job control the signal is dropped; nobody would ever continue.
	const timer = setTimeout(resolve, DROPPED_MS);
	await promise;
	clearTimeout(timer);
	process.removeListener('SIGCONT', resolve);
}

/** The wizard on a real terminal, where ctrl-z leads to the shell and `fg` back. */
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
	return <Wizard guide={guide} suspend={suspend} />;
}
