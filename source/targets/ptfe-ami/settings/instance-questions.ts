import type { Question } from '../../../engine/question.ts';
import { optionalScriptRule } from '../../../steps/rules/identifiers.ts';
import { tagsRule } from '../../../steps/rules/tags.ts';
import { booleanRule } from '../../../steps/rules/value-rule.ts';
import { instanceTypeRule } from '../rules/instance-types.ts';
import { rolePoliciesRule } from '../rules/role-policies.ts';

const MACHINE = 'Instance';
const EXTRAS = 'Tags and permissions';

/** The EC2 instance, its permissions, and the tags of all resources. */
export const instanceQuestions: readonly Question[] = [
	{
		key: 'settings.instance_type',
		label: 'EC2 instance type',
		help: 'The size of the instance. The product requires 8 vCPUs and 32 GB of memory. m5 and later require an AMI with ENA; use m4.2xlarge for an AMI without it.',
		...instanceTypeRule,
		example: 'm6i.2xlarge',
		default: 'm5.2xlarge',
		group: MACHINE,
	},
	{
		key: 'settings.startup_script',
		label: 'Startup script',
		help: 'A shell script that runs as root at first boot, before the product starts. It can add packages, users or certificate authorities (.crt files in /usr/local/share/ca-certificates, then update-ca-certificates). Do not include secrets: anyone who can describe the instance can read it.',
		...optionalScriptRule,
		example:
			'curl -o /usr/local/share/ca-certificates/acme.crt https://pki.acme.example/root.pem\nupdate-ca-certificates\n',
		default: '',
		group: MACHINE,
	},
	{
		key: 'settings.local_setup',
		label: 'Enter the setup data manually at first boot?',
		help: 'Whether you paste the setup data at the first boot prompt of the instance, so that its secrets are not in the bucket. The data is written to a local file. Every replacement instance waits for manual input. Requires AMI release v201709-1 or later.',
		...booleanRule,
		example: true,
		default: false,
		group: MACHINE,
	},
	{
		key: 'settings.instance_role_policies',
		label: 'Additional instance role policies',
		help: 'IAM policies that give Terraform runs access to AWS without their own keys. Each policy has a name and either the path of a JSON file (file) or a policy document. Anyone who can run Terraform in the product has these permissions.',
		...rolePoliciesRule,
		example: {
			'read-artifacts': {
				Version: '2012-10-17',
				Statement: [
					{
						Effect: 'Allow',
						Action: 's3:GetObject',
						Resource: 'arn:aws:s3:::acme-artifacts/*',
					},
				],
			},
		},
		default: {},
		group: EXTRAS,
	},
	{
		key: 'settings.tags',
		label: 'Resource tags',
		help: 'The tags of every resource, for example for cost allocation and ownership. AMI releases before v201804-1 do not support tags on their volumes; leave it empty for them.',
		...tagsRule,
		example: { owner: 'platform', 'cost-centre': '4711' },
		default: {},
		group: EXTRAS,
	},
];
