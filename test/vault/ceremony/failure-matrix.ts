/** A way in which a rekey can fail. */
export interface FailureRow {
	row: number;
	/** What fails. */
	breaks: string;
	/** The state of Vault then. */
	vault: string;
	/** What the ceremony does and reports. */
	safe: string;
}

/** All known failures of a rekey. Every row has a test. */
export const failureMatrix: readonly FailureRow[] = [
	{
		row: 1,
		breaks: 'Before the rekey is started',
		vault: 'unchanged',
		safe: 'Run it again to continue.',
	},
	{
		row: 2,
		breaks: 'The first backup fails, or does not appear in the bucket',
		vault: 'unchanged',
		safe: 'Stops. No rekey is started.',
	},
	{
		row: 3,
		breaks: 'The start was sent, and the response is lost',
		vault: 'possibly started, with an unknown nonce',
		safe: 'Checks Vault. Adopts an untouched rekey that matches the whole request; shows any other and does not change it.',
	},
	{
		row: 4,
		breaks: 'Vault refuses the start',
		vault: 'idle',
		safe: "Shows Vault's error.",
	},
	{
		row: 5,
		breaks: "Another operator's rekey is in progress",
		vault: 'the other rekey',
		safe: 'Shows it and stops. Never cancels it.',
	},
	{
		row: 6,
		breaks: 'The key file holds another key, or nothing',
		vault: 'unchanged, or started without a key',
		safe: 'The dry run notices it first. Later: cancels and restarts the rekey.',
	},
	{
		row: 7,
		breaks: 'The same key share is entered twice',
		vault: 'waits for verification; the current key stays valid',
		safe: 'Says so and asks for the right one.',
	},
	{
		row: 8,
		breaks: 'Stopped, or connection lost, before the new key shares are stored',
		vault: 'started; the current key stays valid',
		safe: 'Checks Vault, and continues or restarts the rekey.',
	},
	{
		row: 9,
		breaks: 'Vault is restarted or sealed before the commit',
		vault: 'sealed, then idle; the current key unseals it',
		safe: 'Says how to unseal Vault with the current key, or does so if a commit was in progress. Then creates new key shares; the earlier ones are void.',
	},
	{
		row: 10,
		breaks: "Vault cannot encrypt to a key holder's public key",
		vault: 'started, nothing changed',
		safe: 'Cancels. The public key must be replaced.',
	},
	{
		row: 11,
		breaks:
			'The current key was submitted, and the response with the new key shares is lost; with verification',
		vault: 'waits for verification of shares that were never received; the current key stays valid',
		safe: 'Cancels and creates other shares.',
	},
	{
		row: 12,
		breaks: 'The same without verification (before 0.10.2)',
		vault: 'rekeyed or not',
		safe: "Checks the number of shares, tries the old key in a dry run, and reads Vault's backup of the encrypted shares. If the rekey is restarted, the reboot gate stays closed until one completes: the storage may be half-written.",
	},
	{
		row: 13,
		breaks: 'The same, and the backup of the shares cannot be read',
		vault: 'unsealed, and no known key can unseal it again',
		safe: 'Forbids every restart, and names the remaining ways to the shares: a token, the storage, or the first backup with the old key.',
	},
	{
		row: 14,
		breaks: 'The new key shares arrive, and a disk does not accept them',
		vault: 'waits for verification; before 0.10.2 rekeyed',
		safe: 'Cancels. If they are committed: retries, then shows them, encrypted.',
	},
	{
		row: 15,
		breaks: 'Stopped after the shares are stored, before they are verified',
		vault: 'waits for verification; the current key stays valid',
		safe: 'Continues with the same shares.',
	},
	{
		row: 16,
		breaks: 'Vault receives wrong new key shares',
		vault: 'waits for verification with a new nonce; the current key stays valid',
		safe: 'Checks and retries; cancels after three attempts.',
	},
	{
		row: 17,
		breaks: 'A key holder cannot decrypt their key share',
		vault: 'waits for verification; the current key stays valid',
		safe: 'Asks whether to retry, show it again or stop; then cancels. Never commits with the others alone. After the commit the operator can confirm to continue without a lost share if enough are left.',
	},
	{
		row: 18,
		breaks: 'The last share was sent for verification, and the response is lost',
		vault: 'rekeyed, or waits for verification',
		safe: 'Checks the number of shares; every share is verified afterwards.',
	},
	{
		row: 19,
		breaks: 'Vault fails while it writes the new keys',
		vault: 'its storage may be unsealed by no key, or by the new shares combined',
		safe: 'Forbids restart and seal, and retains the first backup. Keeps the rekey open, whatever the answers say and whoever mistypes: once there is disk space, Vault commits it with the same shares. If the rekey is gone or Vault has died, tries the old key, then the new shares combined; if those unseal it, the key file receives that single key, and the rekey restarts. If nothing does, names the first backup and the old key that unseals it.',
	},
	{
		row: 20,
		breaks: 'Stopped after the commit, before the old key file is removed',
		vault:
			'unsealed by the new shares; sealed after a restart, because the instance tries an invalid key',
		safe: 'The key holders unseal it; every share is verified, the file removed, a backup created.',
	},
	{
		row: 21,
		breaks: 'The key file cannot be removed, or reappears',
		vault: 'unsealed by the new shares',
		safe: 'Says so and retries, whenever it reappears. Does not change anything that is not a regular file.',
	},
	{
		row: 22,
		breaks: 'The instance is lost before the second backup',
		vault: 'restored from the first backup: unsealed by the old key',
		safe: 'Notices it, says how to restore the old key to its file, verifies it, declares the new shares void, and restarts the rekey.',
	},
	{
		row: 23,
		breaks: 'An hourly backup is made before the key file is removed',
		vault: 'that backup contains the new storage and an invalid key',
		safe: 'Creates a backup after the removal; until then the reboot gate is closed.',
	},
	{
		row: 24,
		breaks: 'The second backup fails, or does not appear in the bucket',
		vault: 'unsealed by the new shares, and in no backup',
		safe: 'Retries. Restart, upgrade and termination stay blocked.',
	},
	{
		row: 25,
		breaks: 'Another computer continues without the record',
		vault: 'any state',
		safe: 'Trusts only Vault, changes nothing in it, and reports what it finds.',
	},
	{
		row: 26,
		breaks: "Vault's backup of the shares is of another rekey",
		vault: 'as in 12',
		safe: 'Does not use it.',
	},
];
