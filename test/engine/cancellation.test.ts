import { expect, it } from 'vitest';
import { createCancellationSource } from '../../source/engine/cancellation.ts';

it('requests a gentle stop first, then a hard one, then nothing', () => {
	const source = createCancellationSource();
	expect([source.gentle.aborted, source.hard.aborted]).toEqual([false, false]);
	expect(source.request()).toBe('gentle');
	expect([source.gentle.aborted, source.hard.aborted]).toEqual([true, false]);
	expect(source.request()).toBe('hard');
	expect([source.gentle.aborted, source.hard.aborted]).toEqual([true, true]);
	expect(source.request()).toBe('ignored');
});

it('notifies each listener once', () => {
	const source = createCancellationSource();
	const heard: string[] = [];
	source.gentle.addEventListener('abort', () => heard.push('gentle'));
	source.hard.addEventListener('abort', () => heard.push('hard'));
	for (let n = 0; n < 4; n += 1) source.request();
	expect(heard).toEqual(['gentle', 'hard']);
});

it('keeps two sources independent', () => {
	const one = createCancellationSource();
	const other = createCancellationSource();
	one.request();
	expect(other.gentle.aborted).toBe(false);
});
