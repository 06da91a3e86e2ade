/** A Vault version that is emulated, with its messages and features. */
export interface VersionProfile {
	name: EmulatedVersionName;
	/** The version that the server reports. */
	version: string;
	/** No verification of new shares; the shares combine to the master key. */
	legacy: boolean;
	rootKey: 'master' | 'root';
	/** The library's message for a wrong authentication tag. */
	wrongUnsealKey: string;
	noEncryptionKeys: string;
	noToken: { status: number; words: string };
	/** Formats a root token from random letters. */
	token(letters: string): string;
}

export type EmulatedVersionName = '0.8.2' | '1.14';

const versionProfiles: Readonly<Record<EmulatedVersionName, VersionProfile>> = {
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

/** Undefined for an unknown version. */
export function findVersionProfile(name: string | undefined): VersionProfile | undefined {
	if (name === undefined || name === '') return versionProfiles['1.14'];
	return Object.hasOwn(versionProfiles, name)
		? versionProfiles[name as EmulatedVersionName]
		: undefined;
}
