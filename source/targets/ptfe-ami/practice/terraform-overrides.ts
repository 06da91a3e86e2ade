import { terraformBlock as block } from '../../../practice/terraform-override.ts';

// moto ignores the Condition of a Deny, so the policy would deny all access. It respects the case
// of an action, which IAM ignores, so this spelling is the same policy only to AWS.
const tlsLocal = block('locals', [
	'  # The same to AWS, which ignores case. The practice cloud ignores conditions and would deny',
	'  # every request otherwise.',
	'  tls_only_actions = ["S3:*"]',
]);

// moto stores no parameters of a parameter group and returns the tags of a launch template in two
// places: without this, every plan of a finished installation would have changes.
const forgotten = [
	'# The practice cloud returns these differently from AWS; the difference is not a change.',
	ignoring('aws_db_parameter_group', 'parameter'),
	ignoring('aws_launch_template', 'tag_specifications, tags, tags_all'),
].join('\n');

const noRefresh = block('resource "aws_autoscaling_group" "main"', [
	'  # The practice cloud does not support instance refresh.',
	'  dynamic "instance_refresh" {',
	'    for_each = []',
	'    content {',
	'      strategy = "Rolling"',
	'    }',
	'  }',
]);

const noForce = block('resource "aws_iam_user" "deploy"', [
	'  # The practice cloud cannot list service-specific credentials, which force_destroy requires.',
	'  force_destroy = false',
]);

/** Workarounds for differences between moto and AWS, by stack. */
export const terraformOverrides: Readonly<Record<string, readonly string[]>> = {
	install: [tlsLocal, forgotten, noRefresh],
	access: [noForce],
};

function ignoring(resource: string, argument: string): string {
	return block(`resource "${resource}" "main"`, [
		'  lifecycle {',
		`    ignore_changes = [${argument}]`,
		'  }',
	]);
}
