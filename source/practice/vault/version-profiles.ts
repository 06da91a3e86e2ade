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

const versionProfiles: readonly VersionProfile[] = [
	{
		name: '0.8.2',
		version: '(version unknown)',
		legacy: true,
		rootKey: 'master',
		wrongUnsealKey: '',
		noEncryptionKeys: 'no encryption keys',
		noToken: { status: 400, words: 'missing client token' },
		token: () => '',
	},
	{
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
];

/** The profile of a version, 1.14 by default. Undefined for an unknown version. */
export function findVersionProfile(name: string | undefined): VersionProfile | undefined {
	return versionProfiles.find((profile) => profile.name === (name || '1.14'));
}
