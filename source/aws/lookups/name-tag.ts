/** The `Name` tag of an EC2 resource; `""` without one. */
export function getNameTag(
	tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): string {
	return tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
}
