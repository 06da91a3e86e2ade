import type { MomentReply } from '../../../source/engine/moment.ts';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';

/** What somebody typed where a secret is asked for. */
export function secretReply(text: string): MomentReply {
	return { kind: 'secret', secret: new SecretBytes(Buffer.from(text)) };
}
