import type { PlanCounts } from './events.ts';

/** "24 to create, 2 to change"; undefined for an empty plan. */
export function formatPlanCounts(counts: PlanCounts): string | undefined {
	const parts: readonly (readonly [number, string])[] = [
		[counts.create, 'to create'],
		[counts.update, 'to change'],
		[counts.replace, 'to replace'],
		[counts.delete, 'to destroy'],
	];
	const words = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
	return words.length === 0 ? undefined : words.join(', ');
}

/** "1 check", "2 checks". */
export function formatCount(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
/** An age for messages, in a suitable unit. */
export function formatAge(ms: number): string {
	const minutes = Math.max(0, Math.round(ms / 60_000));
	if (minutes < 1) return 'less than a minute';
	if (minutes < 120) return `${minutes} min`;
	const hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
