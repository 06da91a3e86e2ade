/** Which Vault the stand-in is like, in what it says and in what it can do. */
export interface Like {
	name: LikeName;
	/** As the server words its own version. */
	version: string;
	/** Keys only from argv or a terminal, prose, no verification, the shares are the master key. */
	legacy: boolean;
	rootKey: 'master' | 'root';
	/** What the library says of an authentication tag that does not match. */
	wrongUnsealKey: string;
	noEncryptionKeys: string;
	noToken: { status: number; words: string };
	/** A root token, given random letters. */
	token(letters: string): string;
}

export type LikeName = '0.8.2' | '1.8' | '1.14';

export const LIKES: Readonly<Record<LikeName, Like>> = {
	'0.8.2': {
		name: '0.8.2',
		version: '(version unknown)',
		legacy: true,
		rootKey: 'master',
		wrongUnsealKey: '',
		noEncryptionKeys: 'no encryption keys',
		noToken: { status: 400, words: 'missing client token' },
		token: () => '',
	},
	'1.8': {
		name: '1.8',
		version: '1.8.0-dev',
		legacy: false,
		rootKey: 'master',
		wrongUnsealKey: 'failed to encrypt keys for storage: cipher: message authentication failed',
		noEncryptionKeys: 'no encryption keys',
		noToken: { status: 400, words: 'missing client token' },
		token: (letters) => `s.${letters}`,
	},
	'1.14': {
		name: '1.14',
		version: '1.14.1',
		legacy: false,
		rootKey: 'root',
		wrongUnsealKey:
			'invalid key: failed to decrypt keys from storage: cipher: message authentication failed',
		noEncryptionKeys: 'no valid encryption keys',
		noToken: { status: 403, words: 'permission denied' },
		token: (letters) => `hvs.${letters}`,
	},
};

/** Undefined when there is no such one. */
export function likeNamed(name: string | undefined): Like | undefined {
	if (name === undefined || name === '') return LIKES['1.14'];
	return Object.hasOwn(LIKES, name) ? LIKES[name as LikeName] : undefined;
}
