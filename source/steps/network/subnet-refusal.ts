import type { SubnetFacts } from '../../aws/subnets.ts';
import { subnetProblems } from './existing.ts';

/** What a subnet is wanted for. */
export type SubnetRole = 'instance' | 'balancer' | 'data';

/**
 * What the check of the network step would hold against one subnet alone, in its words.
 *
 * @param machine The machine's own subnet, where it is chosen already.
 */
export function subnetRefusal(
	role: SubnetRole,
	subnet: SubnetFacts,
	machine: SubnetFacts | undefined,
): string | undefined {
	const { id } = subnet;
	// Stands for the machine's subnet, without faults of its own: they are told where it is chosen.
	const good = { id: '', defaultRoute: 'nat', freeAddresses: Number.POSITIVE_INFINITY } as const;
	const other = { ...(machine ?? subnet), ...good };
	const roomy = { ...subnet, freeAddresses: good.freeAddresses };
	const problems = {
		instance: () => subnetProblems({ instance: id, balancer: [id], data: [] }, [roomy], true),
		balancer: () =>
			subnetProblems({ instance: '', balancer: [id], data: [] }, [subnet, other], true),
		data: () => subnetProblems({ instance: '', balancer: [''], data: [id] }, [subnet, other], true),
	}[role]();
	const found = problems.find((problem) => problem.startsWith(`${id} `));
	if (found !== undefined) return found.slice(id.length + 1);
	return subnet.freeAddresses < 1 ? 'has no free address' : undefined;
}
