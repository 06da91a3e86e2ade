/** Where a practice Vault keeps its files, and where it listens. */
export interface VaultPlace {
	folder: string;
	/** `127.0.0.1:8200` */
	address: string;
}

/**
 * The text of a `vault server -config=FILE` for one node with the file back end: no TLS, no mlock,
 * no raw storage endpoint, no high availability. The stand-in reads the same text.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration (JSON is HCL as well)
 */
export function vaultConfig({ folder, address }: VaultPlace): string {
	const config = {
		storage: { file: { path: folder } },
		listener: [{ tcp: { address, tls_disable: true } }],
		disable_mlock: true,
		ui: false,
	};
	return `${JSON.stringify(config, undefined, '\t')}\n`;
}

/** What the stand-in needs of such a text; undefined when it is another one. */
export function readVaultConfig(text: string): VaultPlace | undefined {
	const parsed = parse(text);
	const listeners = parsed?.listener;
	const address = Array.isArray(listeners) ? listeners[0]?.tcp?.address : undefined;
	const folder = parsed?.storage?.file?.path;
	if (typeof address !== 'string' || typeof folder !== 'string') return undefined;
	return { folder, address };
}

interface ConfigText {
	storage?: { file?: { path?: unknown } };
	listener?: { tcp?: { address?: unknown } }[];
}

function parse(text: string): ConfigText | undefined {
	try {
		const parsed: unknown = JSON.parse(text);
		return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
	} catch {
		return undefined;
	}
}
