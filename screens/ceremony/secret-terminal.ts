import type { Guide } from '../../source/engine/guide/model.ts';
import { isSecret, type SecretScreen } from '../parts/secret-screen.ts';

/**
 * Changes between the main and the alternate screen as the guide's screens ask for it, before Ink
 * draws them. Must listen before Ink does.
 *
 * @param forget Makes Ink take its frame off the screen, and draw the next one whole.
 * @returns How to end that; the main screen is shown then.
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
			// The next moment on the same screen: nothing of the last one stays.
			if (secret.open) secret.blank();
			return;
		}
		secret.blank();
		forget();
		if (wanted) secret.enter();
		else secret.leave();
	};
	// Terminals move lines about when they change size: what was painted would be somewhere else.
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
