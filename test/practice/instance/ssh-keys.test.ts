import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { generateKeyPair } from '../../../source/practice/instance/ssh-keys.ts';

it('generates another key pair when the first cannot be parsed', () => {
	const good = generateKeyPair();
	const lines = good.private.split('\n');
	const cut = [lines[0], lines[1]?.slice(0, 40), ...lines.slice(-2)].join('\n');
	expect(ssh2.utils.parseKey(cut)).toBeInstanceOf(Error);
	const made = [{ ...good, private: cut }, { ...good, public: 'ssh-ed25519 AAAA practice' }, good];
	let count = 0;
	const pair = generateKeyPair(() => {
		count += 1;
		return made[count - 1] ?? good;
	});
	expect(pair).toEqual(good);
	expect(count).toBe(3);
	expect(() => generateKeyPair(() => ({ ...good, private: cut }))).toThrow(
		/Could not generate an SSH key/,
	);
});

it('generates only key pairs that ssh2 can parse', () => {
	for (let count = 0; count < 600; count += 1) {
		const pair = generateKeyPair();
		expect(ssh2.utils.parseKey(pair.private)).not.toBeInstanceOf(Error);
	}
});
