import type { Question } from '../../engine/question.ts';
import { scriptOrEmpty } from '../rules/free-text.ts';
import { instanceType } from '../rules/machine.ts';
import { rolePolicies } from '../rules/policies.ts';
import { tags } from '../rules/tags.ts';
import { yesNo } from '../rules/value-rule.ts';

const MACHINE = 'Machine';
const EXTRAS = 'Tags and permissions';

/** The machine itself, what it may do, and what everything is labelled with. */
export const machineSettings: readonly Question[] = [
	{
		key: 'settings.instance_type',
		label: 'Size of the machine',
		help: 'The product wants 8 processors and 32 GB of memory. m5 and later need an image with ENA networking; a preflight check asks the image. m4.2xlarge serves one without.',
		kind: 'text',
		...instanceType,
		example: 'm6i.2xlarge',
		default: 'm5.2xlarge',
		group: MACHINE,
		since2018: { name: 'instance_type', changed: 'default was m4.2xlarge' },
	},
	{
		key: 'settings.startup_script',
		label: 'Script for the first boot',
		help: 'Shell code, run as root before the product starts. It can add packages, users, or certificate authorities (put them into /usr/local/share/ca-certificates as .crt files, then run update-ca-certificates). Put no secret in it: whoever may describe the machine can read it.',
		kind: 'multiline',
		...scriptOrEmpty,
		example:
			'curl -o /usr/local/share/ca-certificates/acme.crt https://pki.acme.example/root.pem\nupdate-ca-certificates\n',
		default: '',
		group: MACHINE,
		since2018: { name: 'startup_script' },
	},
	{
		key: 'settings.local_setup',
		label: 'Paste the settings at first boot by hand?',
		help: 'Keeps the secrets of the machine out of the bucket. They are written to a file here, and you paste them when the machine asks. Every replaced machine waits for somebody. Needs an image of v201709-1 or later.',
		kind: 'yesno',
		...yesNo,
		example: true,
		default: false,
		group: MACHINE,
		since2018: { name: 'local_setup' },
	},
	{
		key: 'settings.instance_role_policies',
		label: "Further policies for the machine's role",
		help: 'What Terraform runs may do in AWS without own keys. Each policy has a name and is either the path of a JSON file, under file, or the document itself. Everybody who can run Terraform in the product has these permissions.',
		kind: 'map',
		...rolePolicies,
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
		label: 'Tags for every resource',
		help: 'For cost reports and ownership. Images before v201804-1 stumble over tags on their volumes: leave it empty with those.',
		kind: 'map',
		...tags,
		example: { owner: 'platform', 'cost-centre': '4711' },
		default: {},
		group: EXTRAS,
	},
];
