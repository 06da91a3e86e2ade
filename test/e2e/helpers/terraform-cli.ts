import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** As an operator would run it by hand: a shell with PATH and HOME, and nothing of the program. */
export async function runTerraformByHand(folder: string, ...args: string[]) {
	const { PATH, HOME } = process.env;
	const ran = await execa('terraform', args, {
		...{ cwd: folder, env: { PATH, HOME }, extendEnv: false, reject: false, stdin: 'ignore' },
		maxBuffer: 400_000_000,
	});
	return { code: ran.exitCode, out: ran.stdout, err: ran.stderr };
}

export interface PlannedChange {
	address: string;
	change: { actions: string[]; before: unknown; after: unknown; after_unknown: unknown };
}

export interface PlanJson {
	resource_changes: PlannedChange[];
	variables: Record<string, unknown>;
	output_changes: Record<string, unknown>;
}

/** A saved plan of a stack, as `terraform show -json` has it. */
export async function readPlan(folder: string, planFile: string): Promise<PlanJson> {
	const shown = await runTerraformByHand(folder, 'show', '-json', planFile);
	if (shown.code !== 0) throw new Error(shown.err);
	const { resource_changes, variables, output_changes } = JSON.parse(shown.out) as PlanJson;
	return { resource_changes, variables, output_changes };
}

/** Serial, lineage and addresses of a stack's state. */
export async function readState(folder: string) {
	const { out } = await runTerraformByHand(folder, 'state', 'pull');
	const { serial, lineage } = JSON.parse(out) as { serial: number; lineage: string };
	const list = await runTerraformByHand(folder, 'state', 'list');
	return { serial, lineage, addresses: list.out.split('\n').filter((line) => line !== '') };
}

/** The files an operator would read in a stack's folder, by name. */
export function readWorkspaceFiles(folder: string): Record<string, string> {
	const names = readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isFile() && !entry.name.startsWith('terraform.tfstate'))
		.map(({ name }) => name);
	return Object.fromEntries(
		names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
	);
}

/** The same data with each id of a cloud replaced by its name. */
export function replaceIds<T>(data: T, names: ReadonlyMap<string, string>): T {
	let text = JSON.stringify(data);
	for (const [id, name] of names) text = text.replaceAll(id, () => name);
	return JSON.parse(text) as T;
}
