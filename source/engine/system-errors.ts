import { getSystemErrorMessage } from 'node:util';

/**
 * Descriptions of system error codes (errno(3), getaddrinfo(3)). `it`: a clause that follows the name
 * of a file, command or host. `system`: a separate clause.
 */
const meanings: Readonly<Record<string, { it: string } | { system: string }>> = {
	ENOENT: { it: 'does not exist' },
	ENOTDIR: { it: 'does not exist: a part of its path is not a directory' },
	EACCES: { it: 'is not accessible to this user' },
	EPERM: { it: 'is not accessible to this user' },
	EISDIR: { it: 'is a directory, not a file' },
	EEXIST: { it: 'already exists' },
	ELOOP: { it: 'has too many levels of symbolic links' },
	ENAMETOOLONG: { it: 'has a path that is longer than the system allows' },
	ENOTEMPTY: { it: 'is a directory that is not empty' },
	EXDEV: { it: 'is on another file system' },
	ENXIO: { it: 'is a device, socket or pipe that cannot be opened' },
	ENODEV: { it: 'is a device that does not exist' },
	EBUSY: { it: 'is in use' },
	ETXTBSY: { it: 'is an executable that is open for writing' },
	ENOEXEC: { it: 'is not a program this system can run' },
	E2BIG: { system: 'the arguments and the environment are longer than the system allows' },
	ESTALE: { it: 'is a stale file handle on a network file system' },
	EINVAL: { it: 'does not support this operation' },
	ENOTSUP: { it: 'is on a file system that does not support this operation' },
	EOPNOTSUPP: { it: 'is on a file system that does not support this operation' },
	ENOSYS: { it: 'is on a file system that does not support this operation' },
	ENOSPC: { system: 'the disk is full' },
	EDQUOT: { system: 'the disk quota is exceeded' },
	EFBIG: { system: 'the file would exceed the allowed size' },
	EROFS: { system: 'the file system is read-only' },
	EIO: { system: 'the disk reported an I/O error' },
	EMFILE: { system: 'this program has too many files open' },
	ENFILE: { system: 'the system has too many files open' },
	ENOMEM: { system: 'the system is out of memory' },
	EAGAIN: { system: 'the system is out of processes or memory' },
	ECONNREFUSED: { it: 'refused the connection' },
	ECONNRESET: { it: 'closed the connection' },
	ECONNABORTED: { it: 'closed the connection' },
	EPIPE: { it: 'closed the connection' },
	ETIMEDOUT: { it: 'did not respond in time' },
	EHOSTUNREACH: { it: 'is not reachable from this network' },
	ENETUNREACH: { it: 'is not reachable from this network' },
	ENETDOWN: { system: 'the network is down' },
	EADDRINUSE: { it: 'is in use by another program' },
	EADDRNOTAVAIL: { it: 'is not an address of this computer' },
	ENOTFOUND: { it: 'was not found in DNS' },
	EAI_AGAIN: { it: 'could not be resolved: DNS does not respond' },
	ERR_INVALID_ARG_VALUE: { it: 'has a name with a character the system does not allow' },
};

/** The code of a system error, such as `ENOENT`; undefined for every other error. */
export function getSystemErrorCode(thrown: unknown): string | undefined {
	if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
	const { code } = thrown;
	return typeof code === 'string' && (code in meanings || /^E[A-Z0-9]+$/.test(code))
		? code
		: undefined;
}

/**
 * A system error as a clause about `subject`: "/x/y does not exist", "/x/y: the disk is full".
 *
 * @param subject The file, command or host.
 */
export function formatSystemError(thrown: unknown, subject: string): string {
	const meaning = meanings[getSystemErrorCode(thrown) ?? ''];
	if (meaning === undefined) return `${subject}: ${systemMessage(thrown)}`;
	return 'it' in meaning ? `${subject} ${meaning.it}` : `${subject}: ${meaning.system}`;
}

/** The same as a sentence, with the cause first when it is not specific to the file. */
export function formatSystemErrorSentence(thrown: unknown, subject: string): string {
	const meaning = meanings[getSystemErrorCode(thrown) ?? ''];
	if (meaning === undefined || 'it' in meaning) return `${formatSystemError(thrown, subject)}.`;
	return `${meaning.system.charAt(0).toUpperCase()}${meaning.system.slice(1)}: ${subject}.`;
}

/** Why a command could not be started, as a clause that follows the command name. */
export function formatSpawnError(thrown: unknown): string {
	const code = getSystemErrorCode(thrown) ?? '';
	if (code === 'ENOENT') return 'was not found';
	if (code === 'EACCES' || code === 'EPERM') return 'is not executable';
	const meaning = meanings[code];
	if (meaning === undefined) return `could not be started: ${systemMessage(thrown)}`;
	return 'it' in meaning ? meaning.it : `could not be started: ${meaning.system}`;
}

function systemMessage(thrown: unknown): string {
	const { errno, message } = (thrown ?? {}) as NodeJS.ErrnoException;
	const code = getSystemErrorCode(thrown);
	if (code === undefined || errno === undefined) return message ?? String(thrown);
	return `${getSystemErrorMessage(errno)} (${code})`;
}

/** Whether a link or a directory fsync failed because the file system does not support it. */
export function isUnsupportedError(thrown: unknown): boolean {
	return ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(getSystemErrorCode(thrown) ?? '');
}

/** Whether link() failed because the file system has no hard links (link(2): EPERM). */
export function isHardLinkUnsupportedError(thrown: unknown): boolean {
	return getSystemErrorCode(thrown) === 'EPERM' || isUnsupportedError(thrown);
}

/** Advice for a system error, in the imperative and without a full stop. */
export function suggestSystemErrorFix(thrown: unknown): string {
	const code = getSystemErrorCode(thrown);
	return code === 'ENOSPC' || code === 'EDQUOT' ? 'Free space on that disk' : 'Fix this';
}
