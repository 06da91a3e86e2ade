import type { PromptReply } from '../../../source/engine/prompt.ts';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';

/** The reply to a prompt for a secret. */
export function createSecretReply(text: string): PromptReply {
	return { kind: 'secret', secret: new SecretBytes(Buffer.from(text)) };
}
