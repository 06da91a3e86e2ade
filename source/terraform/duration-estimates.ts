import type { ResourceAction } from '../engine/events.ts';

type Range = readonly [number, number];

/**
 * How long AWS usually takes for the slow resources of the templates, in seconds, shortest to
 * longest. Source: the wait times that Terraform prints for these resources in everyday runs,
 * rounded outwards; AWS guarantees none of them. RDS dominates (the 2018 guide: "about 10 minutes",
 * with a module timeout of 2 hours); its deletion includes a final snapshot, and a change of class
 * or storage restarts the database. Network interfaces delay the deletion of load balancers.
 */
const estimates: Readonly<Record<string, Partial<Record<ResourceAction, Range>>>> = {
	aws_db_instance: { create: [480, 840], update: [60, 1200], delete: [240, 900] },
	aws_elasticache_replication_group: { create: [300, 720], update: [60, 1200], delete: [300, 900] },
	aws_nat_gateway: { create: [60, 180], delete: [40, 120] },
	aws_lb: { create: [120, 240], delete: [2, 60] },
	aws_autoscaling_group: { create: [60, 300], update: [5, 900], delete: [120, 600] },
	aws_vpc: { create: [2, 15] },
	aws_vpc_endpoint: { create: [5, 180], delete: [5, 300] },
	aws_subnet: { create: [1, 15], delete: [1, 60] },
	aws_eip: { create: [1, 5] },
	aws_internet_gateway: { delete: [1, 60] },
	aws_security_group: { delete: [1, 60] },
	aws_ebs_volume: { create: [10, 20], update: [10, 600], delete: [5, 20] },
	aws_kms_key: { create: [5, 60] },
	aws_iam_instance_profile: { create: [2, 15] },
	aws_route53_record: { create: [30, 90], delete: [30, 90] },
	aws_s3_bucket: { create: [1, 10] },
};

/** The usual [minimum, maximum] seconds for a resource type and action; undefined if unknown. */
export function estimateDuration(resourceType: string, action: ResourceAction): Range | undefined {
	return estimates[resourceType]?.[action];
}
