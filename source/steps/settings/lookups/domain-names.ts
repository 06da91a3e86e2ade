/** Whether a certificate for `covering` is good for `name`: a wildcard stands for one label. */
export function covers(covering: string, name: string): boolean {
	if (!covering.startsWith('*.')) return covering === name;
	return name.slice(name.indexOf('.') + 1) === covering.slice(2) && name.includes('.');
}

/** Whether `name` is that of the zone, or lies within it. */
export function liesIn(zone: string, name: string): boolean {
	return name === zone || name.endsWith(`.${zone}`);
}
