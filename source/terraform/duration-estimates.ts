import type { ResourceAction } from '../engine/events.ts';

type Range = readonly [number, number];

/**
 * How long AWS usually takes, in seconds, shortest to longest. Source: the wait times that
 * Terraform prints for these resources in everyday runs, rounded outwards; AWS guarantees none of
 * them. RDS dominates (the 2018 guide: "about 10 minutes", with a module timeout of 2 hours).
 */
const creating: Readonly<Record<string, Range>> = {
	aws_db_instance: [480, 840],
	aws_rds_cluster: [60, 180],
	aws_rds_cluster_instance: [360, 900],
	aws_elasticache_replication_group: [300, 720],
	aws_elasticache_cluster: [180, 480],
	aws_nat_gateway: [60, 180],
	aws_lb: [120, 240],
	aws_elb: [5, 30],
	aws_autoscaling_group: [60, 300],
	aws_instance: [15, 90],
	aws_vpc: [2, 15],
	aws_vpc_endpoint: [5, 180],
	aws_subnet: [1, 15],
	aws_eip: [1, 5],
	aws_ebs_volume: [10, 20],
	aws_kms_key: [5, 60],
	aws_iam_instance_profile: [2, 15],
	aws_route53_record: [30, 90],
	aws_acm_certificate_validation: [30, 600],
	aws_s3_bucket: [1, 10],
	aws_secretsmanager_secret: [1, 5],
};

/** An RDS delete includes a final snapshot; network interfaces delay load balancers. */
const deleting: Readonly<Record<string, Range>> = {
	aws_db_instance: [240, 900],
	aws_rds_cluster: [60, 600],
	aws_rds_cluster_instance: [300, 900],
	aws_elasticache_replication_group: [300, 900],
	aws_elasticache_cluster: [120, 480],
	aws_nat_gateway: [40, 120],
	aws_lb: [2, 60],
	aws_autoscaling_group: [120, 600],
	aws_instance: [30, 120],
	aws_internet_gateway: [1, 60],
	aws_vpc_endpoint: [5, 300],
	aws_subnet: [1, 60],
	aws_security_group: [1, 60],
	aws_ebs_volume: [5, 20],
	aws_route53_record: [30, 90],
};

/** A change of class or storage restarts the database; updates not listed here are fast. */
const updating: Readonly<Record<string, Range>> = {
	aws_db_instance: [60, 1200],
	aws_elasticache_replication_group: [60, 1200],
	aws_autoscaling_group: [5, 900],
	aws_ebs_volume: [10, 600],
};

/** The usual [minimum, maximum] seconds for a resource type and action; undefined if unknown. */
export function estimateDuration(resourceType: string, action: ResourceAction): Range | undefined {
	if (action === 'create') return creating[resourceType];
	if (action === 'delete') return deleting[resourceType];
	if (action === 'update') return updating[resourceType];
	return undefined;
}
