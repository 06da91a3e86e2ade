/** What a terminal sends for each key that is no letter. */
export const keyBytes = {
	enter: '\r',
	escape: '\x1b',
	tab: '\t',
	shiftTab: '\x1b[Z',
	space: ' ',
	backspace: '\x7f',
	delete: '\x1b[3~',
	up: '\x1b[A',
	down: '\x1b[B',
	right: '\x1b[C',
	left: '\x1b[D',
	home: '\x1b[H',
	end: '\x1b[F',
	pageUp: '\x1b[5~',
	pageDown: '\x1b[6~',
	f1: '\x1bOP',
	altEnter: '\x1b\r',
	ctrlA: '\x01',
	ctrlC: '\x03',
	ctrlD: '\x04',
	ctrlE: '\x05',
	ctrlG: '\x07',
	ctrlK: '\x0b',
	ctrlU: '\x15',
	ctrlW: '\x17',
	ctrlZ: '\x1a',
} as const;

export type KeyName = keyof typeof keyBytes;

/** The bytes of a key by its name; anything else is text as it stands. */
export function bytesOf(key: string): string {
	return key in keyBytes ? keyBytes[key as KeyName] : key;
}
