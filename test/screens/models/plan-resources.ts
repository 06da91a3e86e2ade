import type { ReviewedAttribute, ReviewedResource } from '../../../source/engine/operator.ts';

const created = (path: string, after: string): ReviewedAttribute => ({ path, after });
const KNOWN_LATER = '(known after apply)';

const make = (
	group: string,
	address: string,
	attributes: Record<string, string> = {},
): ReviewedResource => ({
	group,
	address,
	action: 'create',
	attributes: [
		...Object.entries(attributes).map(([path, after]) => created(path, after)),
		created('arn', KNOWN_LATER),
		created('id', KNOWN_LATER),
		created('tags_all.owner', '"platform"'),
		created('tags_all.tfe-wizard-installation', '"5f1c7a52-6d0e-5b7c-9a53-0d6a1f0c8e21"'),
	],
});

const several = (group: string, address: string, count: number): ReviewedResource[] =>
	Array.from({ length: count }, (_, index) => make(group, `${address}[${index}]`));

/** Sixty resources to create, in six groups, as long as real ones are. */
export const sixtyResources: readonly ReviewedResource[] = [
	make('database', 'aws_db_instance.main[0]', {
		allocated_storage: '80',
		backup_retention_period: '7',
		deletion_protection: 'true',
		engine: '"postgres"',
		engine_version: '"16"',
		instance_class: '"db.m5.large"',
		kms_key_id: '"arn:aws:kms:us-west-2:123456789012:key/0d2f6f6e-4d1b-4a41-8b57-a0a2a1d0c9f4"',
		multi_az: 'true',
		password_wo: '(sensitive value)',
		storage_encrypted: 'true',
	}),
	make('database', 'aws_db_subnet_group.main[0]', {
		subnet_ids: '["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]',
	}),
	make('database', 'aws_db_parameter_group.main[0]'),
	make('database', 'aws_db_option_group.main[0]'),
	make('storage', 'aws_s3_bucket.main[0]', {
		bucket: '"tfe-tfe.acme.example-data"',
		force_destroy: 'false',
	}),
	make('storage', 'aws_s3_bucket_versioning.main[0]'),
	make('storage', 'aws_s3_bucket_policy.main[0]'),
	make('storage', 'aws_s3_bucket_server_side_encryption_configuration.main[0]'),
	...several('storage', 'aws_ebs_volume.data', 2),
	make('load balancer', 'aws_lb.main', { internal: 'false', load_balancer_type: '"application"' }),
	make('load balancer', 'aws_lb_listener.https', {
		certificate_arn:
			'"arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b"',
		ssl_policy: '"ELBSecurityPolicy-TLS13-1-2-2021-06"',
	}),
	make('load balancer', 'aws_lb_listener.http'),
	make('load balancer', 'aws_lb_target_group.main'),
	...several('load balancer', 'aws_vpc_security_group_ingress_rule.balancer_users', 4),
	make('compute', 'aws_launch_template.main', {
		image_id: '"ami-0a1b2c3d4e5f60005"',
		instance_type: '"m5.2xlarge"',
		key_name: '"acme-operations"',
	}),
	make('compute', 'aws_autoscaling_group.main'),
	...several('compute', 'aws_vpc_security_group_egress_rule.instance', 9),
	make('identity', 'aws_iam_role.instance'),
	make('identity', 'aws_iam_role_policy.instance'),
	make('identity', 'aws_iam_instance_profile.instance'),
	make('identity', 'aws_kms_key.main[0]'),
	...several('identity', 'aws_kms_alias.main', 3),
	make('network', 'aws_vpc.main', { cidr_block: '"10.20.0.0/16"' }),
	...several('network', 'aws_subnet.private', 2),
	...several('network', 'aws_subnet.public', 2),
	...several('network', 'aws_nat_gateway.main', 2),
	...several('network', 'aws_eip.nat', 2),
	...several('network', 'aws_route_table.private', 2),
	...several('network', 'aws_route_table_association.private', 4),
	...several('network', 'aws_route.private_internet', 4),
	...several('network', 'aws_flow_log.main', 5),
];
