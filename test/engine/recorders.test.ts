import { expect, it } from 'vitest';
import { ancestorsOf, recorders } from '../../source/engine/recorders.ts';

const names = (...given: Parameters<typeof recorders>) =>
	recorders(...given).map(({ name }) => name);

it.each([
	[{}, [], []],
	[{ TMUX: '/tmp/tmux-1000/default,1,0' }, [], ['tmux']],
	[{ STY: '1234.pts-0' }, [], ['screen']],
	[{ ASCIINEMA_REC: '1' }, [], ['asciinema']],
	[{ SCRIPT: 'typescript' }, [], ['script']],
	[{}, ['bash', 'script', 'sshd'], ['script']],
	[{}, ['zsh', 'ttyrec'], ['ttyrec']],
	[{ SSH_TTY: '/dev/pts/3', TMUX: 'x' }, [], ['tmux', 'ssh']],
	[{ TMUX: '', STY: '' }, ['scripted'], []],
])('%j from %j is kept by %j', (env, ancestors, found) => {
	expect(names(env, ancestors)).toEqual(found);
});

it('says of each what it keeps and what to do', () => {
	for (const { what, advice } of recorders(
		{ TMUX: 'x', STY: 'x', ASCIINEMA_REC: 'x', SSH_TTY: 'x' },
		['script', 'ttyrec'],
	)) {
		expect(what).toMatch(/\.$/);
		expect(advice).toMatch(/^[A-Z].*\.$/);
	}
});

it('finds the programs this one was started from, where there is /proc', () => {
	const found = ancestorsOf(process.pid);
	expect(found.length > 0).toBe(process.platform === 'linux');
	expect(ancestorsOf(2 ** 30)).toEqual([]);
});
