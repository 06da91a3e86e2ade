import { join } from 'node:path';
import { expect } from 'vitest';
import { type PlanJson, readPlan, readWorkspaceFiles, replaceIds } from './terraform-cli.ts';

/** One of two installations from the same answers. */
export interface ComparedInstallation {
	/** Folder of its session. */
	folder: string;
	/** Folder with its saved plans. */
	plans: string;
	/** Ids its cloud made up, each with a name that both sides share: all that may differ. */
	names: Map<string, string>;
}

/** Ids of a network, from its outputs as the program gives them. */
export function recordNetworkNames(
	side: ComparedInstallation,
	output: (name: string) => string,
): void {
	side.names.set(output('network.vpc_id'), 'VPC');
	for (const name of ['elb', 'data']) {
		const ids = output(`network.${name}_subnet_ids`).split(/, ?/);
		for (const [index, id] of ids.entries()) side.names.set(id, `${name.toUpperCase()}-${index}`);
	}
}

/** Every change with all its values, the variables and the outputs: the same on both sides. */
export async function expectSamePlan(
	stack: string,
	one: ComparedInstallation,
	other: ComparedInstallation,
): Promise<void> {
	const [a, b] = await Promise.all([one, other].map((side) => planOf(stack, side)));
	expect(a?.resource_changes.length).toBeGreaterThan(20);
	expect(b).toEqual(a);
}

async function planOf(
	stack: string,
	{ folder, plans, names }: ComparedInstallation,
): Promise<PlanJson> {
	const plan = await readPlan(join(folder, 'workspace', stack), join(plans, `${stack}.tfplan`));
	return toComparable(replaceIds(plan, names)) as PlanJson;
}

/**
 * Terraform writes sets in the order of their ids, and the name of the database's last snapshot
 * has the time of the plan in it.
 */
function toComparable(value: unknown): unknown {
	if (Array.isArray(value)) {
		const items = value.map(toComparable);
		return items.every((item) => typeof item === 'string') ? items.sort() : items;
	}
	if (typeof value === 'string') return value.replace(/-final-\d{14}$/, '-final-TIME');
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toComparable(item)]));
}

/** The stack's folder, byte for byte. */
export function expectSameWorkspace(
	stack: string,
	one: ComparedInstallation,
	other: ComparedInstallation,
	without: string[] = [],
) {
	const [a = [], b] = [one, other].map(({ folder, names }) =>
		Object.entries(replaceIds(readWorkspaceFiles(join(folder, 'workspace', stack)), names)).filter(
			// Digests of the files: they differ as the ids in them do.
			([name]) => ![...without, '.tfe-wizard.json'].includes(name),
		),
	);
	expect(a.length).toBeGreaterThan(10);
	expect(b).toEqual(a);
}
