import type { Question } from '../../../engine/question.ts';
import { addCommonFieldsToQuestions } from '../../../engine/question-catalogue.ts';
import { tagsRule } from '../../../steps/rules/arns-regions-tags.ts';
import { cidrBlocksRule } from '../../../steps/rules/cidr.ts';
import {
	optionalDnsRecordNameRule,
	optionalHostedZoneIdRule,
	optionalScriptTextRule,
	securityGroupIdsRule,
} from '../../../steps/rules/names-and-identifiers.ts';
import { createBooleanRuleWithDefault } from '../../../steps/rules/value-rule.ts';
import {
	instanceTypeRule,
	optionalNoProxyRule,
	optionalProxyUrlRule,
} from '../rules/instance-types-and-proxy.ts';
import { listPolicyFiles, rolePoliciesRule } from '../rules/role-policies.ts';
import { createListEmptyCondition, createTextSetCondition } from './question-conditions.ts';
import { deriveDnsRecordName } from './required-questions.ts';

const EXTRAS = 'Tags and permissions';

/** The EC2 instance, its permissions, and the tags of all resources. */
export const instanceAndTagQuestions: readonly Question[] = [
	...addCommonFieldsToQuestions({ group: 'Instance' }, [
		{
			key: 'settings.instance_type',
			label: 'EC2 instance type',
			help: 'The size of the instance. The product requires 8 vCPUs and 32 GB of memory. m5 and later require an AMI with ENA; use m4.2xlarge for an AMI without it.',
			...instanceTypeRule,
			example: 'm6i.2xlarge',
			default: 'm5.2xlarge',
		},
		{
			key: 'settings.startup_script',
			label: 'Startup script',
			help: 'A shell script that runs as root at first boot, before the product starts. It can add packages, users or certificate authorities (.crt files in /usr/local/share/ca-certificates, then update-ca-certificates). Do not include secrets: anyone who can describe the instance can read it.',
			...optionalScriptTextRule,
			example:
				'curl -o /usr/local/share/ca-certificates/acme.crt https://pki.acme.example/root.pem\nupdate-ca-certificates\n',
			default: '',
		},
		{
			key: 'settings.local_setup',
			label: 'Enter the setup data manually at first boot?',
			help: 'Whether you paste the setup data at the first boot prompt of the instance, so that its secrets are not in the bucket. The data is written to a local file. Every replacement instance waits for manual input. Requires AMI release v201709-1 or later.',
			...createBooleanRuleWithDefault(false),
		},
	]),
	{
		key: 'settings.instance_role_policies',
		label: 'Additional instance role policies',
		help: 'IAM policies that give Terraform runs access to AWS without their own keys. Each policy has a name and either the path of a JSON file (file) or a policy document. Anyone who can run Terraform in the product has these permissions.',
		...rolePoliciesRule,
		localReferences: listPolicyFiles,
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

const DNS = 'DNS record';
const PROXY = 'Proxy';

/** DNS, inbound access and the outbound proxy. */
export const dnsAccessAndProxyQuestions: readonly Question[] = [
	{
		key: 'settings.zone_id',
		label: 'Route 53 hosted zone',
		help: 'The ID of the hosted zone in which the DNS record is created. Empty means that DNS is managed elsewhere; create a CNAME record for the load balancer name that is shown at the end.',
		...optionalHostedZoneIdRule,
		example: 'Z0A1B2C3D4E5F6',
		default: '',
		group: DNS,
	},
	{
		key: 'settings.hostname',
		label: 'DNS record name',
		help: 'The name of the record within the hosted zone, or the full domain name. Together with the zone name it must equal settings.fqdn.',
		...optionalDnsRecordNameRule,
		example: 'tfe',
		default: '',
		derive: deriveDnsRecordName,
		derived: 'settings.fqdn, if a zone is set',
		group: DNS,
		...createTextSetCondition('settings.zone_id'),
	},
	...addCommonFieldsToQuestions({ group: 'Network access' }, [
		{
			key: 'settings.internal_elb',
			label: 'Use an internal load balancer?',
			help: 'Whether the load balancer has private addresses only. Users then reach it through the internal network, a VPN or VPC peering, and external version control systems cannot send webhooks to it. Changing it later replaces the load balancer.',
			...createBooleanRuleWithDefault(false),
		},
		{
			key: 'settings.external_security_group_ids',
			label: 'Load balancer security groups',
			help: 'Existing security groups to use instead of a new one. They must allow users on port 443 (and 80, which redirects), and also the VPC, because the instance calls its own address.',
			...securityGroupIdsRule,
			example: ['sg-0a1b2c3d4e5f60006'],
			default: [],
		},
		{
			key: 'settings.external_cidr_blocks',
			label: 'CIDR blocks allowed to reach the load balancer',
			help: 'The address ranges that may connect to ports 443 and 80. The default allows all addresses, as in 2018. Restrict it to your offices and the sources of webhooks.',
			...cidrBlocksRule,
			example: ['203.0.113.0/24'],
			default: ['0.0.0.0/0'],
			...createListEmptyCondition('settings.external_security_group_ids'),
		},
		{
			key: 'settings.internal_security_group_ids',
			label: 'Instance security groups',
			help: 'Existing security groups to use instead of a new one. They must allow the load balancer on port 8080 and operators on port 22.',
			...securityGroupIdsRule,
			example: ['sg-0a1b2c3d4e5f60007'],
			default: [],
		},
		{
			key: 'settings.ssh_cidr_blocks',
			label: 'CIDR blocks allowed to use SSH',
			help: 'The address ranges that may connect to port 22 of the instance. The default allows none; in 2018 all addresses were allowed. A rekey and a support bundle require SSH access, together with settings.key_name.',
			...cidrBlocksRule,
			example: ['10.0.0.0/8'],
			default: [],
			...createListEmptyCondition('settings.internal_security_group_ids'),
		},
	]),
	{
		key: 'settings.proxy_url',
		label: 'Proxy URL',
		help: 'The proxy for all outbound HTTP and HTTPS requests of the product. SMTP and NTP do not use it. The AMI does not support proxies that require a password.',
		...optionalProxyUrlRule,
		example: 'http://proxy.acme.example:3128',
		default: '',
		group: PROXY,
	},
	{
		key: 'settings.no_proxy',
		label: 'Proxy exceptions',
		help: 'Hosts to reach without the proxy, separated by commas without spaces. The addresses of the product itself are always included. Requires AMI release v201802-2 or later.',
		...optionalNoProxyRule,
		example: 'git.acme.example,.internal.acme.example,10.0.0.0/8',
		default: '',
		group: PROXY,
		...createTextSetCondition('settings.proxy_url'),
	},
];
