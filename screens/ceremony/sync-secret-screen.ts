import type { WizardController } from '../../source/wizard/wizard-model.ts';
import { isSecretScreen, type SecretScreen } from '../parts/secret-screen.ts';

/**
 * Switches between the main and the alternate screen as the guide's screens require it. Must
 * subscribe before Ink does, so that it switches before Ink draws.
 *
 * @param clearFrame Makes Ink erase its frame and draw the next one in full.
 * @returns Ends the switching and returns to the main screen.
 */
export function syncSecretScreen(
	guide: WizardController,
	secretScreen: SecretScreen,
	stdout: NodeJS.WriteStream,
	clearFrame: () => void,
): () => void {
	const follow = () => {
		const wanted = isSecretScreen(guide.model().screen);
		if (wanted === secretScreen.open) {
			// The next prompt on the same screen must not show anything of the last one.
			if (secretScreen.open) secretScreen.blank();
			return;
		}
		secretScreen.blank();
		clearFrame();
		if (wanted) secretScreen.enter();
		else secretScreen.leave();
	};
	// Terminals move lines when resized, so painted rows would be somewhere else.
	const resized = () => {
		if (!secretScreen.open) return;
		clearFrame();
		secretScreen.wipe();
	};
	if (isSecretScreen(guide.model().screen)) secretScreen.enter();
	const unsubscribe = guide.subscribe(follow);
	stdout.prependListener('resize', resized);
	return () => {
		unsubscribe();
		stdout.removeListener('resize', resized);
		secretScreen.leave();
	};
}
