import { Text } from 'ink';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { createFooterPieces, getFooterKeyIds } from '../../../screens/parts/footer.tsx';
import {
	getScopeKeyBindings,
	type KeyScope,
	keyBindings,
} from '../../../screens/parts/key-bindings.ts';
import {
	createKeyHandlerStack,
	createKeyPress,
	emptyKey,
	splitInput,
	useKeyHandler,
} from '../../../screens/parts/key-handlers.tsx';
import { getWidthInCells } from '../../../screens/parts/styled-text.tsx';
import { createTheme } from '../../../screens/parts/theme.ts';
import { renderScreen, unmountAll } from '../../helpers/render-screen.tsx';

afterEach(unmountAll);

const press = (input: string) => createKeyPress({ input, key: emptyKey });

describe('the key table', () => {
	it('has unique ids', () => {
		const ids = keyBindings.map(({ id }) => id);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it('gives digits no meaning', () => {
		for (const digit of '0123456789') {
			expect(keyBindings.filter(({ matches }) => matches({ input: digit, key: emptyKey }))).toEqual(
				[],
			);
		}
	});

	it.each<KeyScope>([
		'welcome',
		'question',
		'text',
		'checks',
		'plan',
		'progress',
		'failure',
		'done',
	])('names ctrl-c on %s in the narrowest footer', (place) => {
		// During a run ctrl-c stops it.
		const [id, label] =
			place === 'progress' ? ['progress.stop', 'ctrl-c stop'] : ['interrupt', 'ctrl-c quit'];
		expect(getScopeKeyBindings(place).map((binding) => binding.id)).toContain(id);
		for (const env of [{}, { LANG: 'C.UTF-8' }]) {
			const pieces = createFooterPieces(
				getFooterKeyIds(place),
				38,
				createTheme(env, { isTTY: true }),
			);
			const text = pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
			expect(text).toContain(label);
			expect(getWidthInCells(text)).toBeLessThanOrEqual(38);
		}
	});

	it('gives no key two meanings on the same screen', () => {
		const clashes = (['question', 'checks', 'review', 'plan', 'details'] as const).flatMap(
			(place) => {
				const named = getScopeKeyBindings(place).filter(({ helpOnly }) => helpOnly !== true);
				return [...'abcdefghilmnopqrstuvwxyzR/?'].flatMap((input) => {
					const ids = named.filter(({ matches }) => matches({ input, key: emptyKey }));
					return ids.length > 1 ? [`${place} ${input}: ${ids.map(({ id }) => id).join(', ')}`] : [];
				});
			},
		);
		expect(clashes).toEqual([]);
	});
});

describe('the key handlers', () => {
	it('run from the newest to the oldest until one handles the key', () => {
		const stack = createKeyHandlerStack();
		let mounted = 0;
		const asked: string[] = [];
		const add = (name: string, wants: boolean) =>
			stack.add({
				order: ++mounted,
				handle: () => {
					asked.push(name);
					return wants;
				},
			});
		add('root', true);
		add('screen', false);
		const leave = add('overlay', true);
		expect(stack.send(press('x'))).toBe(true);
		leave();
		stack.send(press('x'));
		expect(asked).toEqual(['overlay', 'screen', 'root']);
	});

	function Child({ onKey }: { onKey: (who: string) => boolean }) {
		useKeyHandler(() => onKey('child'));
		return <Text>child</Text>;
	}
	function Parent({ onKey }: { onKey: (who: string) => boolean }) {
		useKeyHandler(() => onKey('parent'));
		return <Child onKey={onKey} />;
	}

	it('run in a child before its parent', async () => {
		const asked: string[] = [];
		const onKey = (who: string) => asked.push(who) > 1;
		const screen = await renderScreen(<Parent onKey={onKey} />);
		await screen.press('x');
		expect(asked).toEqual(['child', 'parent']);
	});

	it('see the state left by the previous key of the same chunk', async () => {
		function Counter() {
			const [count, setCount] = useState(0);
			useKeyHandler(() => {
				setCount(count + 1);
				return true;
			});
			return <Text>count {count}</Text>;
		}
		const screen = await renderScreen(<Counter />);
		await screen.press('abcdef');
		await screen.waitFor('count 6');
	});
});

describe('splitInput', () => {
	const kinds = (input: string) =>
		splitInput({ input, key: emptyKey }).map((event) =>
			event.type === 'paste'
				? `paste ${event.text}`
				: event.press.key.return
					? 'enter'
					: event.press.input,
		);

	it.each([
		['a', ['a']],
		['ab', ['a', 'b']],
		['ab\r', ['a', 'b', 'enter']],
		['\n', ['enter']],
		['a\rb', ['paste a\rb']],
		['👩‍🚀é', ['👩‍🚀', 'é']],
		['x'.repeat(65), [`paste ${'x'.repeat(65)}`]],
	])('splits %j into %j', (input, events) => expect(kinds(input)).toEqual(events));
});
