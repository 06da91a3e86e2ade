import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import type { PromptReply } from '../../../source/vault/ceremony/ceremony-prompt-types.ts';

/** The reply to a prompt for a secret. */
export function createSecretReply(text: string): PromptReply {
	return { kind: 'secret', secret: new SecretBytes(Buffer.from(text)) };
}
