import { terraformBlock as block } from '../../../practice/override.ts';

// moto ignores the Condition of a Deny, so that the policy would lock everybody out; it minds the
// case of an action, which IAM does not, so that this spelling is the same policy to AWS only.
const tlsLocal = block('locals', [
	'  # The same to AWS, which ignores case; the practice cloud, which knows no conditions, would',
	'  # deny everything otherwise.',
	'  tls_only_actions = ["S3:*"]',
]);

// moto keeps no parameters of a parameter group, and tells of tags of a launch template in two
// places: without this, every plan of a finished installation would find something to change.
const forgotten = [
	'# The practice cloud gives these back otherwise than AWS; what it gives is not a change.',
	ignoring('aws_db_parameter_group', 'parameter'),
	ignoring('aws_launch_template', 'tag_specifications, tags, tags_all'),
].join('\n');

const noRefresh = block('resource "aws_autoscaling_group" "main"', [
	'  # The practice cloud cannot replace the instance of a group: it knows no instance refresh.',
	'  dynamic "instance_refresh" {',
	'    for_each = []',
	'    content {',
	'      strategy = "Rolling"',
	'    }',
	'  }',
]);

const noForce = block('resource "aws_iam_user" "deploy"', [
	'  # The practice cloud cannot list service-specific credentials, which a forced deletion does.',
	'  force_destroy = false',
]);

/** What moto does otherwise than AWS, made up for by stack. */
export const overrides: Readonly<Record<string, readonly string[]>> = {
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
