import type { SubnetInfo } from '../../aws/subnets.ts';
import { findSubnetProblems } from './existing-subnets.ts';

/** What a subnet is used for. */
export type SubnetRole = 'instance' | 'load-balancer' | 'data';

/**
 * The problem that the check of the network step would report for this subnet alone.
 *
 * @param instanceSubnet The instance's subnet, if it is already selected.
 */
export function getSubnetRefusal(
	role: SubnetRole,
	subnet: SubnetInfo,
	instanceSubnet: SubnetInfo | undefined,
): string | undefined {
	const { id } = subnet;
	// A problem-free copy of the instance's subnet: its own problems are reported where it is selected.
	const good = { id: '', defaultRoute: 'nat', freeAddresses: Number.POSITIVE_INFINITY } as const;
	const other = { ...(instanceSubnet ?? subnet), ...good };
	const roomy = { ...subnet, freeAddresses: good.freeAddresses };
	const problems = {
		instance: () => findSubnetProblems({ instance: id, balancer: [id], data: [] }, [roomy], true),
		'load-balancer': () =>
			findSubnetProblems({ instance: '', balancer: [id], data: [] }, [subnet, other], true),
		data: () =>
			findSubnetProblems({ instance: '', balancer: [''], data: [id] }, [subnet, other], true),
	}[role]();
	const found = problems.find((problem) => problem.startsWith(`${id} `));
	if (found !== undefined) return found.slice(id.length + 1);
	return subnet.freeAddresses < 1 ? 'has no free address' : undefined;
}
