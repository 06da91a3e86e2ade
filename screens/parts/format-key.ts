import type { KeyBinding } from './key-binding.ts';
import type { Theme } from './theme.ts';

/** A key name with the glyphs the terminal supports. */
export function formatKey(binding: KeyBinding, theme: Theme): string {
	const { glyphs } = theme;
	const names: Readonly<Record<string, string>> = theme.ascii
		? { move: 'up/down', up: 'up', down: 'down', left: 'left', right: 'right', enter: 'enter' }
		: {
				move: glyphs.up + glyphs.down,
				up: glyphs.up,
				down: glyphs.down,
				left: glyphs.left,
				right: glyphs.right,
				enter: glyphs.enter,
			};
	return binding.keys.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? name);
}
