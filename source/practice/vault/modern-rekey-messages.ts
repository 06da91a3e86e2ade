/** The text of `vault operator rekey` before line wrapping. */
export const NO_PGP_KEYS_WARNING =
	'WARNING! If you lose the keys after they are returned, there is no recovery. Consider canceling this operation and re-initializing with the -pgp-keys flag to protect the returned unseal keys along with -backup to allow recovery of the encrypted keys in case of emergency. You can delete the stored keys later using the -delete flag.';

export const NO_BACKUP_WARNING =
	"WARNING! You are using PGP keys for encrypted the resulting unseal keys, but you did not enable the option to backup the keys to Vault's core. If you lose the encrypted keys after they are returned, you will not be able to recover them. Consider canceling this operation and re-running with -backup to allow recovery of the encrypted unseal keys in case of emergency. You can delete the stored keys later using the -delete flag.";

export const formatBackupNotice = (): string =>
	'The encrypted unseal keys are backed up to "core/unseal-keys-backup" in the storage backend. Remove these keys at any time using "vault operator rekey -backup-delete". Vault does not automatically remove these keys.';

export const formatRekeyedMessage = (shares: number, threshold: number): string =>
	`Vault unseal keys rekeyed with ${shares} key shares and a key threshold of ${threshold}. Please securely distribute the key shares printed above. When Vault is re-sealed, restarted, or stopped, you must supply at least ${threshold} of these keys to unseal it before it can start servicing requests.`;

/** The message after the shares, the warning about them, and the introduction to the status. */
export const formatPendingVerificationMessages = (
	shares: number,
	threshold: number,
): [string, string, string] => [
	`Vault has created a new unseal key, split into ${shares} key shares and a key threshold of ${threshold}. These will not be active until after verification is complete. Please securely distribute the key shares printed above. When Vault is re-sealed, restarted, or stopped, you must supply at least ${threshold} of these keys to unseal it before it can start servicing requests.`,
	'Again, these key shares are _not_ valid until verification is performed. Do not lose or discard your current key shares until after verification is complete or you will be unable to unseal Vault. If you cancel the rekey process or seal Vault before verification is complete the new shares will be discarded and the current shares will remain valid.',
	'The current verification status, including initial nonce, is shown below.',
];
