import type { Question } from '../../engine/question.ts';
import { cidrBlocks } from '../rules/cidr.ts';
import { securityGroupIds, zoneIdOrEmpty } from '../rules/identifiers.ts';
import { recordNameOrEmpty } from '../rules/names.ts';
import { noProxyOrEmpty, proxyUrlOrEmpty } from '../rules/proxy.ts';
import { yesNo } from '../rules/value-rule.ts';
import { withoutList, withText } from './conditions.ts';
import { hostnameFor } from './derived.ts';

const DNS = 'DNS record';
const REACH = 'Who can reach it';
const PROXY = 'Proxy';

/** How it is found and reached, and how it reaches others. */
export const accessSettings: readonly Question[] = [
	{
		key: 'settings.zone_id',
		label: 'Hosted zone of Route 53',
		help: 'The id of the zone in which the record for the domain name is made. Empty means that DNS is kept elsewhere; you then make a CNAME record to the load balancer, whose name is shown at the end.',
		kind: 'text',
		...zoneIdOrEmpty,
		example: 'Z0A1B2C3D4E5F6',
		default: '',
		group: DNS,
		since2018: { name: 'zone_id' },
	},
	{
		key: 'settings.hostname',
		label: 'Name of the record',
		help: 'Its name within the zone, or the whole domain name. Together with the zone it must give settings.fqdn.',
		kind: 'text',
		...recordNameOrEmpty,
		example: 'tfe',
		default: '',
		derive: hostnameFor,
		derived: 'settings.fqdn, when a zone is given',
		group: DNS,
		...withText('settings.zone_id'),
		since2018: { name: 'hostname' },
	},
	{
		key: 'settings.internal_elb',
		label: 'Make the load balancer internal?',
		help: 'An internal one has private addresses only. People reach it through the network, a VPN or a peering. Version control systems outside cannot send webhooks to it. Changing it later replaces the load balancer.',
		kind: 'yesno',
		...yesNo,
		example: true,
		default: false,
		group: REACH,
		since2018: { name: 'internal_elb' },
	},
	{
		key: 'settings.external_security_group_ids',
		label: 'Security groups of the load balancer',
		help: 'Existing groups to use instead of one that is made. They must let people in at 443 (and 80, which redirects), and the VPC itself too, for the machine calls its own address.',
		kind: 'list',
		...securityGroupIds,
		example: ['sg-0a1b2c3d4e5f60006'],
		default: [],
		group: REACH,
		since2018: { name: 'external_security_group_ids' },
	},
	{
		key: 'settings.external_cidr_blocks',
		label: 'Addresses that may reach the load balancer',
		help: 'Who may connect at 443 and 80. The default is everybody, as in 2018. Narrow it to your offices, and add whatever sends webhooks.',
		kind: 'list',
		...cidrBlocks,
		example: ['203.0.113.0/24'],
		default: ['0.0.0.0/0'],
		group: REACH,
		...withoutList('settings.external_security_group_ids'),
	},
	{
		key: 'settings.internal_security_group_ids',
		label: 'Security groups of the machine',
		help: 'Existing groups to use instead of one that is made. They must let the load balancer in at 8080 and operators at 22.',
		kind: 'list',
		...securityGroupIds,
		example: ['sg-0a1b2c3d4e5f60007'],
		default: [],
		group: REACH,
		since2018: { name: 'internal_security_group_ids' },
	},
	{
		key: 'settings.ssh_cidr_blocks',
		label: 'Addresses that may use SSH',
		help: 'Who may connect to the machine at 22. In 2018 that was everybody; now it is nobody unless said here. Renewing the unseal key and fetching a support bundle need it, together with settings.key_name.',
		kind: 'list',
		...cidrBlocks,
		example: ['10.0.0.0/8'],
		default: [],
		group: REACH,
		...withoutList('settings.internal_security_group_ids'),
	},
	{
		key: 'settings.proxy_url',
		label: 'Proxy for requests to the outside',
		help: 'All HTTP and HTTPS requests of the product go through it. Mail (SMTP) and time (NTP) do not. A proxy that asks for a password is not supported by the image.',
		kind: 'text',
		...proxyUrlOrEmpty,
		example: 'http://proxy.acme.example:3128',
		default: '',
		group: PROXY,
		since2018: { name: 'proxy_url' },
	},
	{
		key: 'settings.no_proxy',
		label: 'Hosts reached without the proxy',
		help: 'Separated by commas, no spaces. The addresses of the product itself need not be named. Needs an image of v201802-2 or later.',
		kind: 'text',
		...noProxyOrEmpty,
		example: 'git.acme.example,.internal.acme.example,10.0.0.0/8',
		default: '',
		group: PROXY,
		...withText('settings.proxy_url'),
		since2018: { name: 'no_proxy' },
	},
];
