/** Whether a certificate for `covering` is valid for `name`: a wildcard matches one label. */
export function certificateNameCovers(covering: string, name: string): boolean {
	if (!covering.startsWith('*.')) return covering === name;
	return name.slice(name.indexOf('.') + 1) === covering.slice(2) && name.includes('.');
}

/** Whether `name` is the name of the zone, or is within the zone. */
export function isInZone(zone: string, name: string): boolean {
	return name === zone || name.endsWith(`.${zone}`);
}
