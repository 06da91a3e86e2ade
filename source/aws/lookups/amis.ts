import { type DescribeImagesRequest, paginateDescribeImages } from '@aws-sdk/client-ec2';
import { collectPages, type LookupContext, type LookupResult } from './lookup-requests.ts';

export interface AmiInfo {
	id: string;
	name: string;
	description: string;
	/** The ID of the owner account. */
	owner: string;
	/** This account owns it. */
	own: boolean;
	made: string;
	architecture: string;
	virtualization: string;
	state: string;
	windows: boolean;
	ena: boolean;
	encrypted: boolean;
}

/** AMIs shared explicitly with the account, and those it owns, such as encrypted copies. */
export async function lookUpAmis({ aws, signal }: LookupContext): Promise<LookupResult<AmiInfo>> {
	const look = (input: DescribeImagesRequest) =>
		collectPages(
			signal,
			'ec2:DescribeImages',
			(options) =>
				paginateDescribeImages(
					{ client: aws.ec2, pageSize: 500 },
					// AMIs are deprecated after some years, and these are old.
					{ ...input, IncludeDeprecated: true },
					options,
				),
			({ Images }) => Images,
		);
	const [own, shared] = await Promise.all([
		look({ Owners: ['self'] }),
		look({ ExecutableUsers: ['self'] }),
	]);
	const ownIds = new Set(own.items.map(({ ImageId }) => ImageId));
	const others = shared.items.filter(
		({ ImageId, Public }) => Public !== true && !ownIds.has(ImageId),
	);
	const all = [...own.items, ...others];
	const items = all.map((image) => ({
		id: image.ImageId ?? '',
		name: image.Name?.trim() ?? '',
		description: image.Description ?? '',
		owner: image.OwnerId ?? '',
		own: ownIds.has(image.ImageId),
		made: (image.CreationDate ?? '').slice(0, 10),
		architecture: image.Architecture ?? '',
		virtualization: image.VirtualizationType ?? '',
		state: image.State ?? '',
		windows: image.Platform?.toLowerCase() === 'windows',
		ena: image.EnaSupport === true,
		encrypted: image.BlockDeviceMappings?.some(({ Ebs }) => Ebs?.Encrypted === true) ?? false,
	}));
	return { items, more: own.more || shared.more };
}
