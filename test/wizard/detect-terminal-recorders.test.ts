import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
	detectTerminalRecorders,
	readAncestorProcessNames,
} from '../../source/wizard/detect-terminal-recorders.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

const names = (...given: Parameters<typeof detectTerminalRecorders>) =>
	detectTerminalRecorders(...given).map(({ name }) => name);

it.each([
	[{}, [], []],
	[{ TMUX: '/tmp/tmux-1000/default,1,0' }, [], ['tmux']],
	[{ STY: '1234.pts-0' }, [], ['screen']],
	[{ ASCIINEMA_REC: '1' }, [], ['asciinema']],
	[{ ASCIINEMA_SESSION: 'abc' }, [], ['asciinema']],
	[{ ZELLIJ: '0' }, [], ['zellij']],
	[{}, ['bash', 'sudo', 'bash', 'tmux: server'], ['tmux']],
	[{}, ['sh', 'su', 'screen'], ['screen']],
	[{}, ['sh', 'SCREEN'], ['screen']],
	[{}, ['fish', 'zellij'], ['zellij']],
	[{ SCRIPT: 'typescript' }, [], ['script']],
	[{}, ['bash', 'script', 'sshd'], ['script']],
	[{}, ['zsh', 'ttyrec'], ['ttyrec']],
	[{ SSH_TTY: '/dev/pts/3', TMUX: 'x' }, [], ['tmux', 'ssh']],
	[{ TMUX: '', STY: '' }, ['scripted'], []],
])('with environment %j and ancestors %j detects %j', (env, ancestors, found) => {
	expect(names(env, ancestors)).toEqual(found);
});

it('describes each recorder and gives advice', () => {
	for (const { what, advice } of detectTerminalRecorders(
		{ TMUX: 'x', STY: 'x', ZELLIJ: 'x', ASCIINEMA_REC: 'x', SSH_TTY: 'x' },
		['script', 'ttyrec'],
	)) {
		expect(what).toMatch(/\.$/);
		expect(advice).toMatch(/^[A-Z].*\.$/);
	}
});

it.runIf(process.platform === 'linux' && hasTmux)(
	'detects tmux without its variables, as under sudo (needs tmux on PATH)',
	async () => {
		const folder = createTemporaryDirectory();
		const told = join(folder, 'told');
		const module = new URL('../../source/wizard/detect-terminal-recorders.ts', import.meta.url)
			.href;
		const script = `
			import { renameSync, writeFileSync } from 'node:fs';
			import { readAncestorProcessNames, detectTerminalRecorders } from ${JSON.stringify(module)};
			const names = detectTerminalRecorders({}, readAncestorProcessNames(process.ppid)).map(({ name }) => name);
			writeFileSync(process.argv[1] + '.part', names.join());
			renameSync(process.argv[1] + '.part', process.argv[1]);
		`;
		const node = [process.execPath, '--input-type=module', '-e', script, told];
		const tmux = ['-S', join(folder, 's'), '-f', '/dev/null', 'new-session', '-d'];
		execFileSync('tmux', [...tmux, 'env', '-i', ...node]);
		await waitFor('the answer from tmux', () => existsSync(told));
		expect(readFileSync(told, 'utf8').split(',')).toContain('tmux');
	},
);

it('returns the ancestor processes where /proc exists', () => {
	const found = readAncestorProcessNames(process.pid);
	expect(found.length > 0).toBe(process.platform === 'linux');
	expect(readAncestorProcessNames(2 ** 30)).toEqual([]);
	expect(readAncestorProcessNames(process.pid, '/missing/proc')).toEqual([]);
});
