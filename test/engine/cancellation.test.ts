import { expect, it } from 'vitest';
import { cancellationSource } from '../../source/engine/cancellation.ts';

it('first asks gently, then hard, then no more', () => {
	const source = cancellationSource();
	expect([source.gentle.aborted, source.hard.aborted]).toEqual([false, false]);
	expect(source.request()).toBe('gentle');
	expect([source.gentle.aborted, source.hard.aborted]).toEqual([true, false]);
	expect(source.request()).toBe('hard');
	expect([source.gentle.aborted, source.hard.aborted]).toEqual([true, true]);
	expect(source.request()).toBe('ignored');
});

it('tells those who listen, once each', () => {
	const source = cancellationSource();
	const heard: string[] = [];
	source.gentle.addEventListener('abort', () => heard.push('gentle'));
	source.hard.addEventListener('abort', () => heard.push('hard'));
	for (let n = 0; n < 4; n += 1) source.request();
	expect(heard).toEqual(['gentle', 'hard']);
});

it('two sources know nothing of each other', () => {
	const one = cancellationSource();
	const other = cancellationSource();
	one.request();
	expect(other.gentle.aborted).toBe(false);
});
