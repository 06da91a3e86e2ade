import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { normalizeDirectoryVariables } from '../../source/engine/normalize-directory-variables.ts';

const settled = (environment: NodeJS.ProcessEnv) => {
	normalizeDirectoryVariables(environment);
	return environment;
};

it.each([
	'XDG_DATA_HOME',
	'XDG_CONFIG_HOME',
	'XDG_CACHE_HOME',
	'XDG_STATE_HOME',
	'XDG_RUNTIME_DIR',
])('ignores a relative or empty %s', (name) => {
	for (const relative of ['rel', './rel', '../rel', '~/rel', ''])
		expect(settled({ [name]: relative })).toEqual({});
	expect(settled({ [name]: '/abs' })).toEqual({ [name]: '/abs' });
});

it.each(['XDG_DATA_DIRS', 'XDG_CONFIG_DIRS'])('ignores relative directories in %s', (name) => {
	expect(settled({ [name]: '/one:two::/three' })).toEqual({ [name]: '/one:/three' });
	expect(settled({ [name]: 'two' })).toEqual({});
});

it('replaces an empty HOME from the user database and resolves a relative one', () => {
	expect(settled({ HOME: '' })).toEqual({ HOME: userInfo().homedir });
	expect(settled({ HOME: 'rel/home' })).toEqual({ HOME: resolve('rel/home') });
	expect(settled({ HOME: '/abs' })).toEqual({ HOME: '/abs' });
	expect(settled({})).toEqual({});
});

it.each(['TMPDIR', 'TMP', 'TEMP'])('resolves a relative %s', (name) => {
	expect(settled({ [name]: 'rel' })).toEqual({ [name]: resolve('rel') });
	expect(settled({ [name]: '/tmp' })).toEqual({ [name]: '/tmp' });
	expect(settled({ [name]: '' })).toEqual({ [name]: '' });
});

it('does not change other variables', () => {
	const other = { XDG_SESSION_TYPE: 'tty', PATH: 'bin', AWS_CONFIG_FILE: 'rel' };
	expect(settled({ ...other })).toEqual(other);
});
