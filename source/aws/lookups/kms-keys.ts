import {
	DescribeKeyCommand,
	type KeyMetadata,
	paginateListAliases,
	paginateListKeys,
} from '@aws-sdk/client-kms';
import { WizardError } from '../../engine/errors.ts';
import { isAccessDenied } from '../aws-errors.ts';
import {
	collectPages,
	type LookupContext,
	type LookupItems,
	mapConcurrently,
	sendLookupRequest,
} from './lookup-requests.ts';

export interface KmsKeyInfo {
	arn: string;
	id: string;
	/** Without `alias/`. */
	aliases: readonly string[];
	/** Undefined if the key policy does not allow describing it. */
	metadata: KeyMetadata | undefined;
}

/** The customer managed keys of the region. */
export async function lookUpKmsKeys({
	aws,
	signal,
}: LookupContext): Promise<LookupItems<KmsKeyInfo>> {
	const client = aws.kms;
	const [keys, aliases] = await Promise.all([
		collectPages(
			signal,
			'kms:ListKeys',
			(options) => paginateListKeys({ client, pageSize: 1000 }, {}, options),
			({ Keys }) => Keys,
		),
		collectPages(
			signal,
			'kms:ListAliases',
			(options) => paginateListAliases({ client, pageSize: 100 }, {}, options),
			({ Aliases }) => Aliases,
		),
	]);
	const named = (id: string) =>
		aliases.items.flatMap(({ TargetKeyId, AliasName = '' }) =>
			TargetKeyId === id ? [AliasName.replace(/^alias\//, '')] : [],
		);
	const all = keys.items.map(({ KeyId = '', KeyArn = '' }) => ({
		arn: KeyArn,
		id: KeyId,
		aliases: named(KeyId),
	}));
	const own = all.filter((key) => !key.aliases.some((alias) => alias.startsWith('aws/')));
	const described = await mapConcurrently(own, async (key) => ({
		...key,
		metadata: await metadataOf({ aws, signal }, key.arn),
	}));
	return {
		items: described.filter(({ metadata }) => metadata?.KeyManager !== 'AWS'),
		more: keys.more,
	};
}

async function metadataOf({ aws, signal }: LookupContext, KeyId: string) {
	try {
		const { KeyMetadata } = await sendLookupRequest(signal, 'kms:DescribeKey', (options) =>
			aws.kms.send(new DescribeKeyCommand({ KeyId }), options),
		);
		return KeyMetadata;
	} catch (thrown) {
		if (thrown instanceof WizardError && isAccessDenied(thrown.cause)) return undefined;
		throw thrown;
	}
}
