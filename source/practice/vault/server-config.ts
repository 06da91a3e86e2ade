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
	try {
		const { storage, listener } = JSON.parse(text);
		const folder: unknown = storage.file.path;
		const address: unknown = listener[0].tcp.address;
		if (typeof folder === 'string' && typeof address === 'string') return { folder, address };
	} catch {
		// Not JSON, or another structure.
	}
	return undefined;
}
