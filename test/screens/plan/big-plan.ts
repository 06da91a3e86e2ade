import type { PlanReview, ReviewedResource } from '../../../source/engine/operator.ts';

/** A plan of any size: a hundred groups at most, three attributes a resource. */
export function createBigPlan(count: number, more: Partial<PlanReview> = {}): PlanReview {
	const resources = Array.from(
		{ length: count },
		(_, index): ReviewedResource => ({
			address: `aws_subnet.main["s ${index}"]`,
			group: `group ${index % 10}`,
			action: 'create',
			attributes: [
				{ path: 'cidr_block', after: `"10.0.${index}.0/24"` },
				{ path: 'tags.Name', before: '"old"', after: `"name-${index}"` },
				{ path: 'policy', after: `"${'long '.repeat(60)}end ${index}"` },
			],
		}),
	);
	return {
		stack: 'network',
		counts: { create: count, update: 0, delete: 0, replace: 0 },
		groups: Array.from({ length: Math.min(10, count) }, (_, at) => ({
			title: `group ${at}`,
			addresses: [],
		})),
		resources,
		destroys: [],
		warnings: [],
		file: 'network.tfplan',
		textFile: 'network.txt',
		...more,
	};
}
