/** A way a rekey can break, as the design numbers them. */
export interface FailureRow {
	row: number;
	/** Where it breaks. */
	breaks: string;
	/** What Vault is then. */
	vault: string;
	/** What the ceremony does, and what it tells the operator. */
	safe: string;
}

/** Everything that is known to go wrong around a rekey. Each row has a test that proves it. */
export const failureMatrix: readonly FailureRow[] = [
	{
		row: 1,
		breaks: 'Before the rekey is started',
		vault: 'unchanged',
		safe: 'Run it again; it goes on.',
	},
	{
		row: 2,
		breaks: 'The first backup fails, or is not seen in the bucket',
		vault: 'unchanged',
		safe: 'Stops. No rekey is started.',
	},
	{
		row: 3,
		breaks: 'The start was sent, its answer is lost',
		vault: 'perhaps started, with a nonce nobody here knows',
		safe: 'Looks. What is all that was asked for, and untouched, is taken up; anything else is left alone, and shown.',
	},
	{
		row: 4,
		breaks: 'Vault refuses the start',
		vault: 'idle',
		safe: 'Shows Vault’s words.',
	},
	{
		row: 5,
		breaks: 'Somebody else’s rekey is under way',
		vault: 'theirs',
		safe: 'Shows it and stops. Never cancels it.',
	},
	{
		row: 6,
		breaks: 'The key file holds another key, or nothing',
		vault: 'unchanged, or started with no key given',
		safe: 'The dry run finds out before anything else. Later: cancels, and begins anew.',
	},
	{
		row: 7,
		breaks: 'The same share is given twice',
		vault: 'waits for proof; the old key counts',
		safe: 'Says so, and asks for the right one.',
	},
	{
		row: 8,
		breaks: 'Stopped, or the connection lost, before the new shares are kept',
		vault: 'started; the old key counts',
		safe: 'Looks, and goes on or begins anew.',
	},
	{
		row: 9,
		breaks: 'Vault is restarted or sealed before the new shares count',
		vault: 'sealed, then idle; the old key opens it',
		safe: 'Says how the old key opens it, or opens it with that key where the new shares were about to count. Then the shares are made anew; those handed out are void.',
	},
	{
		row: 10,
		breaks: 'Vault cannot encrypt to a custodian’s key',
		vault: 'started, nothing changed',
		safe: 'Cancels. The key is to be replaced.',
	},
	{
		row: 11,
		breaks: 'The old key was given, and the answer with the new shares is lost; proof is wanted',
		vault: 'waits for proof of shares nobody has; the old key counts',
		safe: 'Cancels, and makes new ones.',
	},
	{
		row: 12,
		breaks: 'The same where nothing is proven (before 0.10.2)',
		vault: 'rekeyed, or not',
		safe: 'Looks at the number of shares, tries the old key in a dry run, and reads the encrypted copy Vault kept. Begun anew, the gate stays closed until a rekey has gone through: what is on the disk may be half written.',
	},
	{
		row: 13,
		breaks: 'The same, and the copy cannot be read',
		vault: 'open, and no key that is known opens it again',
		safe: 'Forbids every restart, and says what still leads to the shares: a token, the storage, the first backup with the old key.',
	},
	{
		row: 14,
		breaks: 'The new shares came, and a disk does not take them',
		vault: 'waits for proof; before 0.10.2 rekeyed',
		safe: 'Cancels. Where they count already: tries again, then shows them, encrypted.',
	},
	{
		row: 15,
		breaks: 'Ended after the shares were kept, before they are proven',
		vault: 'waits for proof; the old key counts',
		safe: 'Goes on with the same shares.',
	},
	{
		row: 16,
		breaks: 'Vault is given wrong new shares',
		vault: 'waits for proof under a new nonce; the old key counts',
		safe: 'Looks, and tries again; after three times it cancels.',
	},
	{
		row: 17,
		breaks: 'A custodian cannot open their message',
		vault: 'waits for proof; the old key counts',
		safe: 'Asks: again, shown once more, or stop; then cancels. Never ends it with the others alone. Where the shares count already, a name typed goes on without a lost one, if enough are left.',
	},
	{
		row: 18,
		breaks: 'The last proof was sent, its answer is lost',
		vault: 'rekeyed, or waits for proof',
		safe: 'Looks at the number of shares; every share is proven afterwards.',
	},
	{
		row: 19,
		breaks: 'Vault fails while it writes the new keys',
		vault: 'what is on its disk may be opened by no key, or by the new shares put together',
		safe: 'Forbids restart and seal, and keeps the first backup. Leaves the rekey waiting, whatever the answers say and whoever mistypes: with room on its disk Vault ends it by the same shares. Once it is gone, or Vault has died, tries the old key, then the new shares put together; where those open it, the key file gets that one key, and the rekey begins anew. Where nothing does, names the first backup and the old key that opens it.',
	},
	{
		row: 20,
		breaks: 'Ended after the commit, before the old key file is removed',
		vault: 'opened by the new shares; after a restart sealed, for its machine tries a dead key',
		safe: 'The custodians open it; every share is proven, the file removed, a backup made.',
	},
	{
		row: 21,
		breaks: 'The key file cannot be removed, or comes back',
		vault: 'opened by the new shares',
		safe: 'Says so, and tries again, whenever it comes back. What is no regular file is left alone.',
	},
	{
		row: 22,
		breaks: 'The machine is lost before the second backup',
		vault: 'restored from the first backup: opened by the old key',
		safe: 'Notices it, says how the old key comes back to its file, proves it, calls the new shares void, and begins anew.',
	},
	{
		row: 23,
		breaks: 'An hourly backup is made before the key file is removed',
		vault: 'that backup holds the new storage and a dead key',
		safe: 'A backup is made after the removal; until then the gate is closed.',
	},
	{
		row: 24,
		breaks: 'The second backup fails, or is not seen in the bucket',
		vault: 'opened by the new shares, and in no backup',
		safe: 'Tries again. Restart, upgrade and end stay closed.',
	},
	{
		row: 25,
		breaks: 'Another machine goes on, and no record is found',
		vault: 'whatever it is',
		safe: 'Believes Vault alone, asks nothing of it, and says what it found.',
	},
	{
		row: 26,
		breaks: 'The copy Vault kept is of another rekey',
		vault: 'as in 12',
		safe: 'Is not taken.',
	},
];
