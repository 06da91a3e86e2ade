import type { Guide } from '../../source/engine/guide/model.ts';
import { isSecret, type SecretScreen } from '../parts/secret-screen.ts';

/**
 * Switches between the main and the alternate screen as the guide's screens require it. Must
 * subscribe before Ink does, so that it switches before Ink draws.
 *
 * @param forget Makes Ink erase its frame and draw the next one in full.
 * @returns Ends the switching and returns to the main screen.
 */
export function followSecrets(
	guide: Guide,
	secret: SecretScreen,
	stdout: NodeJS.WriteStream,
	forget: () => void,
): () => void {
	const follow = () => {
		const wanted = isSecret(guide.model().screen);
		if (wanted === secret.open) {
			// The next prompt on the same screen must not show anything of the last one.
			if (secret.open) secret.blank();
			return;
		}
		secret.blank();
		forget();
		if (wanted) secret.enter();
		else secret.leave();
	};
	// Terminals move lines when resized, so painted rows would be somewhere else.
	const resized = () => {
		if (!secret.open) return;
		forget();
		secret.wipe();
	};
	if (isSecret(guide.model().screen)) secret.enter();
	const unsubscribe = guide.subscribe(follow);
	stdout.prependListener('resize', resized);
	return () => {
		unsubscribe();
		stdout.removeListener('resize', resized);
		secret.leave();
	};
}
