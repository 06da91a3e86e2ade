import type { SubnetFacts } from '../../aws/subnets.ts';
import { subnetProblems } from './existing.ts';

/** What a subnet is used for. */
export type SubnetRole = 'instance' | 'load-balancer' | 'data';

/**
 * The problem that the check of the network step would report for this subnet alone.
 *
 * @param machine The instance's subnet, if it is already selected.
 */
export function subnetRefusal(
	role: SubnetRole,
	subnet: SubnetFacts,
	machine: SubnetFacts | undefined,
): string | undefined {
	const { id } = subnet;
	// A problem-free copy of the instance's subnet: its own problems are reported where it is selected.
	const good = { id: '', defaultRoute: 'nat', freeAddresses: Number.POSITIVE_INFINITY } as const;
	const other = { ...(machine ?? subnet), ...good };
	const roomy = { ...subnet, freeAddresses: good.freeAddresses };
	const problems = {
		instance: () => subnetProblems({ instance: id, balancer: [id], data: [] }, [roomy], true),
		'load-balancer': () =>
			subnetProblems({ instance: '', balancer: [id], data: [] }, [subnet, other], true),
		data: () => subnetProblems({ instance: '', balancer: [''], data: [id] }, [subnet, other], true),
	}[role]();
	const found = problems.find((problem) => problem.startsWith(`${id} `));
	if (found !== undefined) return found.slice(id.length + 1);
	return subnet.freeAddresses < 1 ? 'has no free address' : undefined;
}
