/** The storage directory and listen address of a practice Vault. */
interface VaultServerConfig {
	folder: string;
	/** `127.0.0.1:8200` */
	address: string;
}

/**
 * Formats the file of `vault server -config=FILE` for one node with the file backend: no TLS, no
 * mlock, no raw storage endpoint, no high availability. The emulated Vault reads the same file.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration (JSON is HCL as well)
 */
export function formatVaultConfig({ folder, address }: VaultServerConfig): string {
	const config = {
		storage: { file: { path: folder } },
		listener: [{ tcp: { address, tls_disable: true } }],
		disable_mlock: true,
		ui: false,
	};
	return `${JSON.stringify(config, undefined, '\t')}\n`;
}

/** Parses such a file; undefined for any other. */
export function parseVaultConfig(text: string): VaultServerConfig | undefined {
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
