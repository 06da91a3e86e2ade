/** What people call a resource of EC2: its tag `Name`; `""` without one. */
export function nameTag(
	tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): string {
	return tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
}
