import { lookUpSubnetsById, type SubnetInfo } from '../../aws/lookups/ec2-resources.ts';
import { WizardError } from '../../engine/errors.ts';
import { quoteShellWord } from '../../engine/shell-quote.ts';
import { type Context, getAnswerList, getAnswerText, targetAnswerKeys } from '../step-context.ts';

/** The subnets of an installation, created or existing. */
export interface NetworkPlacement {
	vpc_id: string;
	instance_subnet_id: string;
	elb_subnet_ids: string[];
	data_subnet_ids: string[];
}

/**
 * Checks the subnets of the answers and refuses those that an installation cannot use.
 *
 * @throws WizardError `refused` with every problem found, before anything is changed.
 */
export async function resolveExistingSubnets(context: Context): Promise<NetworkPlacement> {
	const instance = getAnswerText(context, 'network.existing.instance_subnet_id');
	const loadBalancer = getAnswerList(context, 'network.existing.elb_subnet_ids');
	const data = getAnswerList(context, 'network.existing.data_subnet_ids');
	const found = await lookUpSubnetsById(context.services.aws, [instance, ...loadBalancer, ...data]);
	const problems = findSubnetProblems(
		{ instance, loadBalancer, data },
		found,
		context.answers[targetAnswerKeys.internalLoadBalancer] === true,
	);
	if (problems.length > 0) {
		throw new WizardError('refused', {
			message: 'The existing subnets are not valid; nothing was changed.',
			details: problems,
			expected:
				'one VPC; data subnets in two zones; load balancer subnets in two zones, one of them the instance’s; routes to the internet',
			next: [
				`aws ec2 describe-subnets --region ${quoteShellWord(getAnswerText(context, 'region'))} --subnet-ids ${[...new Set([instance, ...loadBalancer, ...data])].map(quoteShellWord).join(' ')}`,
				'Fix network.existing in the answers, then run the same command again.',
			],
		});
	}
	const vpc = found.find(({ id }) => id === instance)?.vpc ?? '';
	return {
		vpc_id: vpc,
		instance_subnet_id: instance,
		elb_subnet_ids: loadBalancer,
		data_subnet_ids: data,
	};
}

/** Every reason why these subnets cannot be used; empty when they can. Pure. */
function findSubnetProblems(
	wanted: { instance: string; loadBalancer: readonly string[]; data: readonly string[] },
	found: readonly SubnetInfo[],
	internalLoadBalancer: boolean,
): string[] {
	const byId = new Map(found.map((subnet) => [subnet.id, subnet]));
	const all = [...new Set([wanted.instance, ...wanted.loadBalancer, ...wanted.data])];
	const missing = all.filter((id) => !byId.has(id));
	if (missing.length > 0) return missing.map((id) => `${id}: no such subnet in this region`);
	const facts = (ids: readonly string[]) => ids.flatMap((id) => byId.get(id) ?? []);
	const zones = (ids: readonly string[]) => [...new Set(facts(ids).map(({ zone }) => zone))];
	const problems: string[] = [];

	const vpcs = [...new Set(found.map(({ vpc }) => vpc))];
	if (vpcs.length > 1) {
		problems.push(
			...found.map(({ id, vpc }) => `${id} is in ${vpc}: all subnets must be in the same VPC`),
		);
	}
	for (const [title, ids] of [
		['data_subnet_ids', wanted.data],
		['elb_subnet_ids', wanted.loadBalancer],
	] as const) {
		if (zones(ids).length < 2)
			problems.push(
				`${title} are all in one availability zone (${zones(ids)[0]}): two are required`,
			);
	}
	const [instance] = facts([wanted.instance]);
	if (instance !== undefined && !zones(wanted.loadBalancer).includes(instance.zone)) {
		problems.push(
			`${instance.id} is in ${instance.zone}, which has no load balancer subnet: the load balancer could not reach the instance`,
		);
	}
	if (instance?.defaultRoute === 'none') {
		problems.push(
			`${instance.id} has no default route: the instance could reach neither S3 nor the internet`,
		);
	}
	const shut = facts(wanted.loadBalancer).filter(
		({ defaultRoute }) => !internalLoadBalancer && defaultRoute !== 'internet',
	);
	for (const { id } of shut) {
		problems.push(
			`${id} has no route to an internet gateway, which a public load balancer requires (or set ${targetAnswerKeys.internalLoadBalancer})`,
		);
	}
	// An ALB needs eight free addresses in each of its subnets (AWS, "Application Load Balancers").
	for (const { id, freeAddresses } of facts(wanted.loadBalancer).filter(
		(s) => s.freeAddresses < 8,
	)) {
		problems.push(`${id} has ${freeAddresses} free addresses; a load balancer requires 8`);
	}
	return problems;
}

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
		instance: () =>
			findSubnetProblems({ instance: id, loadBalancer: [id], data: [] }, [roomy], true),
		'load-balancer': () =>
			findSubnetProblems({ instance: '', loadBalancer: [id], data: [] }, [subnet, other], true),
		data: () =>
			findSubnetProblems({ instance: '', loadBalancer: [''], data: [id] }, [subnet, other], true),
	}[role]();
	const found = problems.find((problem) => problem.startsWith(`${id} `));
	if (found !== undefined) return found.slice(id.length + 1);
	return subnet.freeAddresses < 1 ? 'has no free address' : undefined;
}
