// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
// The RDS API does not report class sizes: memory is derived from family and vCPUs.
const MEMORY_PER_PROCESSOR: Readonly<Record<string, number>> = { m: 4, r: 8 };
const LARGEST = 32;

interface DatabaseClassSize {
	processors: number;
	memoryGb: number;
}

/** Processors and memory of a class of the families m and r; undefined for others. */
export function getDatabaseClassSize(name: string): DatabaseClassSize | undefined {
	const [, family = '', times, size] = /^db\.([mr])\d+[a-z]*\.(\d*)(x?large)$/.exec(name) ?? [];
	const perProcessor = MEMORY_PER_PROCESSOR[family];
	if (perProcessor === undefined) return undefined;
	const processors = size === 'large' ? 2 : Number(times || 1) * 4;
	return { processors, memoryGb: processors * perProcessor };
}

/** Classes for a steady load (m and r) that are not too large for one installation. */
export function isSuitableDatabaseClass(name: string): boolean {
	const size = getDatabaseClassSize(name);
	return size !== undefined && size.processors <= LARGEST;
}
