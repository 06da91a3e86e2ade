import { describe, expect, test } from 'vitest';
import {
	certificateArnRule,
	getPartition,
	optionalAvailabilityZonePairRule,
	optionalKmsKeyArnRule,
	optionalPolicyArnRule,
	parseArn,
	regionRule,
	tagsRule,
} from '../../../source/steps/rules/arns-regions-tags.ts';
import {
	cidrBlocksRule,
	cidrContains,
	isPrivateCidr,
	parseCidr,
	vpcCidrRule,
} from '../../../source/steps/rules/cidr.ts';
import * as ids from '../../../source/steps/rules/names-and-identifiers.ts';
import * as names from '../../../source/steps/rules/names-and-identifiers.ts';
import {
	optionalDirectoryRule,
	optionalScriptTextRule,
	programPathRule,
} from '../../../source/steps/rules/names-and-identifiers.ts';
import {
	createIntegerRule,
	createNumberChoiceRule,
	type ValueRule,
} from '../../../source/steps/rules/value-rule.ts';
import * as database from '../../../source/targets/ptfe-ami/rules/database.ts';
import {
	cacheNodeTypeRule,
	instanceTypeRule,
	optionalNoProxyRule,
	optionalProxyUrlRule,
} from '../../../source/targets/ptfe-ami/rules/instance-types-and-proxy.ts';
import { decryptCommandRule } from '../../../source/targets/ptfe-ami/rules/ssh-and-custodians.ts';

const uuid = '9f210000-0000-4000-8000-00000000000b';
const sg = (digit: number) => `sg-0000000${digit}`;

// [name, rule, good values, bad values with words of the refusal]
const table: [string, ValueRule, unknown[], [unknown, string][]][] = [
	[
		'command that decrypts a share',
		decryptCommandRule,
		[
			[],
			['gpg', '--decrypt', '{file}'],
			['gpg', '--pinentry-mode', 'loopback', '--passphrase-file', 'pass', '--decrypt', '{file}'],
			['gpg', '--passphrase-fd', '3', '--decrypt', '{file}'],
		],
		[
			[['gpg', '--decrypt'], 'does not contain {file}'],
			[['gpg', '--passphrase', 'x', '{file}'], 'use --passphrase-file, or --pinentry-mode'],
			[['gpg', '--passphrase=x', '{file}'], 'every process could read'],
			[['pkcs11-tool', '--pin', '1234', '{file}'], 'every process could read'],
			[['pkcs11-tool', '--pin=1234', '{file}'], 'every process could read'],
		],
	],
	[
		'account',
		ids.accountIdRule,
		['123456789012', '000000000000'],
		[
			['12345678901', 'account ID'],
			['1234567890123', 'account ID'],
			['1234-5678-9012', 'hyphens'],
			[123456789012, ''],
		],
	],
	[
		'region',
		regionRule,
		[
			'us-west-2',
			'us-gov-west-1',
			'cn-northwest-1',
			'ap-southeast-5',
			'us-iso-east-1',
			'eusc-de-east-1',
			'mx-central-1',
		],
		[
			['us-west', 'not an AWS region'],
			['us-west-2a', 'its region is us-west-2'],
			['US-WEST-2', 'not an AWS region'],
			['us--1', 'not an AWS region'],
			['', 'not an AWS region'],
			['us-west-2\n', 'not an AWS region'],
		],
	],
	[
		'AMI',
		ids.amiIdRule,
		['ami-37fdda4f', 'ami-03b0b941377d5e4f5'],
		[
			['ami-37fdda4', 'not an AMI ID'],
			['ami-37FDDA4F', 'not an AMI ID'],
			['ami-03b0b941377d5e4f', 'not an AMI ID'],
			['37fdda4f', 'not an AMI ID'],
		],
	],
	[
		'subnets',
		ids.createSubnetIdsRule(2, 2),
		[['subnet-0de26b6a', 'subnet-0de26b6a111111111']],
		[
			[['subnet-0de26b6a'], 'exactly 2 are required'],
			[['subnet-0de26b6a', 'subnet-0de26b6a'], 'twice'],
			[['subnet-0de26b6a', 'sg-0de26b6b'], 'not a subnet ID'],
			[['subnet-00000001', 'subnet-00000002', 'subnet-00000003'], 'exactly 2'],
			['subnet-00000001', ''],
		],
	],
	[
		'security groups',
		ids.securityGroupIdsRule,
		[[], [sg(1)], [1, 2, 3, 4, 5].map(sg)],
		[
			[[1, 2, 3, 4, 5, 6].map(sg), 'at most 5 are allowed'],
			[['default'], 'not a security group ID'],
		],
	],
	[
		'hosted zone',
		ids.optionalHostedZoneIdRule,
		['', 'ZVEF52R7NLTW6', 'Z1RWWTK7Y8UDDQABCDEFGH'],
		[
			['/hostedzone/Z123', 'prefix'],
			['acme.example', 'zone name'],
			['zvef', 'not a hosted zone ID'],
		],
	],
	[
		'key pair',
		ids.optionalKeyPairNameRule,
		['', 'ops', 'me.laptop-2'],
		[
			['ops.pem', 'looks like a file'],
			['my key', 'a space'],
			['a$b', '$'],
			['x'.repeat(256), ''],
		],
	],
	[
		'installation ID',
		ids.installationIdRule,
		['0c1d2e3f4a5b'],
		[
			['0C1D2E3F4A5B', ''],
			['0c1d', ''],
			['', ''],
		],
	],
	[
		'user name',
		ids.iamUserNameRule,
		['tfe-deploy', 'a+b@c'],
		[
			['', ''],
			['a b', ''],
			['x'.repeat(65), ''],
			['a/b', ''],
		],
	],
	[
		'certificate',
		certificateArnRule,
		[
			`arn:aws:acm:us-west-2:123456789012:certificate/${uuid}`,
			`arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/${uuid}`,
		],
		[
			[uuid, 'full ARN'],
			[`arn:aws:iam::123456789012:server-certificate/x`, 'is an ARN of iam, not of acm'],
			[`arn:aws:acm:us-west-2:123456789012:certificate/9f21`, 'not the ARN of an ACM'],
			[`arn:aws:acm:us-west-2:12:certificate/${uuid}`, 'not the ARN'],
			['', ''],
		],
	],
	[
		'KMS key',
		optionalKmsKeyArnRule,
		[
			'',
			`arn:aws:kms:us-west-2:123456789012:key/${uuid}`,
			`arn:aws:kms:us-west-2:123456789012:key/mrk-${'a'.repeat(32)}`,
		],
		[
			[`arn:aws:kms:us-west-2:123456789012:alias/x`, 'alias'],
			[uuid, 'full ARN'],
			[`arn:aws:s3:::x`, 'is an ARN of s3'],
		],
	],
	[
		'policy ARN',
		optionalPolicyArnRule,
		[
			'',
			'arn:aws:iam::123456789012:policy/b',
			'arn:aws:iam::aws:policy/path/X',
			'arn:aws-cn:iam::aws:policy/X',
		],
		[
			['boundary', 'full ARN'],
			['arn:aws:iam::123456789012:role/x', 'managed policy'],
		],
	],
	[
		'fqdn',
		names.fqdnRule,
		['tfe.acme.example', 'a-b.c3.io', `${'a'.repeat(63)}.io`, 'xn--bcher-kva.example'],
		[
			['tfe', 'not a fully'],
			['TFE.acme.example', 'use tfe.acme.example'],
			['https://tfe.acme.example', 'URL'],
			['tfe.acme.example/x', 'path'],
			['tfe.acme.example:443', 'port'],
			['tfe.acme.example.', 'dot'],
			['*.acme.example', 'wildcard'],
			['tfe_1.acme.example', ''],
			['tfe .acme.example', 'a space'],
			['-a.example', 'not a fully'],
			['a..example', 'not a fully'],
			['10.0.0.1', 'not a fully'],
			[`${'a'.repeat(64)}.io`, 'not a fully'],
			[`${'abcdefg.'.repeat(32)}io`, '253'],
			['tfe.acme.example\n', 'a line break'],
			['tfe.äcme.example', 'ä'],
		],
	],
	[
		'record name',
		names.optionalDnsRecordNameRule,
		['', 'tfe', 'tfe.acme.example'],
		[
			['tfe.', ''],
			['*', ''],
			['a b', ''],
		],
	],
	[
		'bucket',
		names.bucketNameRule,
		['abc', 'tfe-tfe.acme.example-data', '1a-2', 'a'.repeat(63)],
		[
			['ab', 'minimum is 3'],
			['a'.repeat(64), 'maximum is 63'],
			['Acme', 'use acme'],
			['a_b', 'contains \\"_'],
			['-abc', 'start and end'],
			['abc.', 'start and end'],
			['a..b', 'consecutive dots'],
			['192.168.5.4', 'IP'],
			['xn--a', 'starts with xn--'],
			['sthree-a', 'starts with'],
			['amzn-s3-demo-a', 'starts with'],
			['abc-s3alias', 'ends with'],
			['abc--ol-s3', 'ends with'],
			['abc.mrap', 'ends with'],
			['abc--x-s3', 'ends with'],
			['abc--table-s3', 'ends with'],
			['s3://abc', 'URL'],
			['arn:aws:s3:::abc', 'ARN'],
			['', ''],
		],
	],
	[
		'prefix',
		names.objectPrefixRule,
		['tfe', 'tfe/production', 'a.b_c-1'],
		[
			['/a', 'slash'],
			['a/', 'slash'],
			['a//b', ''],
			['a/../b', '..'],
			['a b', 'a space'],
			['', ''],
			['a'.repeat(201), '200'],
		],
	],
	[
		'network name',
		names.networkNameRule,
		['tfe', 'a'.repeat(40)],
		[
			['a'.repeat(41), '40'],
			['-a', ''],
			['a b', 'a space'],
			['Ä', 'contains "Ä"; IAM role names contain the network name'.replace(/"/g, '\\"')],
			['', ''],
		],
	],
	[
		'VPC block',
		vpcCidrRule,
		['172.23.0.0/16', '10.20.16.0/20'],
		[
			['10.0.0.0/8', 'largest VPC'],
			['10.0.0.0/24', 'smaller'],
			['10.20.1.0/16', 'use 10.20.0.0/16'],
			['10.20.0.0', 'has no prefix length'],
			['10.256.0.0/16', 'not an IPv4'],
			['010.0.0.0/16', 'not an IPv4'],
			['fd00::/16', 'IPv6'],
		],
	],
	[
		'blocks',
		cidrBlocksRule,
		[[], ['0.0.0.0/0'], ['203.0.113.7/32', '10.0.0.0/8']],
		[
			[['10.0.0.1/8'], 'use 10.0.0.0/8'],
			[['10.0.0.0/8', '10.0.0.0/8'], 'twice'],
			[['10.0.0.0/33'], 'not an IPv4'],
			[['0.0.0.0'], '/32'],
		],
	],
	[
		'zones',
		optionalAvailabilityZonePairRule,
		[[], ['us-west-2a', 'us-west-2b']],
		[
			[['us-west-2a'], 'exactly 2 or none'],
			[['us-west-2a', 'us-west-2a'], 'twice'],
			[['us-west-2', 'us-west-2b'], 'is a region'],
			[['usw2-az1', 'us-west-2b'], 'zone ID'],
			[['us-west-2-lax-1a', 'us-west-2b'], 'Local Zone'],
		],
	],
	[
		'database class',
		database.databaseClassRule,
		['db.m5.large', 'db.r6g.2xlarge', 'db.t3.medium', 'db.x2iedn.xlarge'],
		[
			['m5.large', 'db.m5.large'],
			['db.m4.large', 'db.m5.large'],
			['db.t2.small', 'db.t3.small'],
			['db.m3.medium', 'db.m5.large'],
			['db.m5', ''],
			['cache.m5.large', ''],
		],
	],
	[
		'database user',
		database.databaseUserRule,
		['atlas', 'tfe_1', 'a'.repeat(63)],
		[
			['1a', 'start with a letter'],
			['postgres', 'reserved by'],
			['RDSADMIN', 'reserved by'],
			['user', 'reserved by'],
			['pg_x', 'reserved by'],
			['a-b', 'contains \\"-'],
			['a'.repeat(64), '63'],
			['', ''],
		],
	],
	[
		'database name',
		database.optionalDatabaseNameRule,
		['', 'atlas_production'],
		[
			['a-b', ''],
			['1', ''],
		],
	],
	[
		'engine',
		database.postgresVersionRule,
		['13', '16', '18'],
		[
			['16.3', 'use 16'],
			['9.4', ''],
			['12', ''],
			[16, ''],
			['', ''],
		],
	],
	[
		'snapshot',
		database.optionalSnapshotRule,
		[
			'',
			'tfe-before-move',
			'rds:tfe-2018-08-01-00-00',
			'arn:aws:rds:us-west-2:123456789012:snapshot:tfe',
			'arn:aws:rds:us-west-2:123456789012:snapshot:rds:tfe-1',
		],
		[
			['a--b', 'consecutive hyphens'],
			['a-', 'consecutive hyphens'],
			['arn:aws:rds:us-west-2:123456789012:db:tfe', 'is the ARN of a db'],
			['a b', 'a space'],
			['1a', ''],
		],
	],
	[
		'instance',
		instanceTypeRule,
		['m5.2xlarge', 'm4.2xlarge', 'u-6tb1.metal', 'm7i-flex.2xlarge', 'g5.xlarge', 'g4dn.xlarge'],
		[
			['m6g.large', 'ARM'],
			['c7gn.large', 'ARM'],
			['a1.large', 'ARM'],
			['t4g.large', 'ARM'],
			['db.m5.large', 'another service'],
			['m5', ''],
		],
	],
	[
		'cache node',
		cacheNodeTypeRule,
		['cache.m5.large', 'cache.t4g.micro'],
		[
			['cache.m3.medium', 'cache.m5.large'],
			['m5.large', ''],
		],
	],
	[
		'proxy',
		optionalProxyUrlRule,
		['', 'http://proxy.acme.example:3128', 'https://10.0.0.1:443'],
		[
			['proxy:3128', 'does not start with http'],
			['http://proxy', 'no port'],
			['http://u:p@proxy:3128', 'user or password'],
			['http://proxy:3128/', 'path'],
			['http://proxy:70000', '65535'],
			['socks5://a:1', 'does not start with http'],
			['http://pro$xy:1', '$'],
		],
	],
	[
		'no proxy',
		optionalNoProxyRule,
		['', 'a.example,.b.example,10.0.0.0/8,10.0.0.1'],
		[
			['a, b', 'whitespace'],
			['*.a', '*'],
			['a,,b', 'empty entry'],
			['a,', 'empty entry'],
			['http://a', 'URL'],
			['10.0.0.0/99', 'not an IPv4 block'],
			['a"b', 'double quote'],
		],
	],
	[
		'script',
		optionalScriptTextRule,
		['', 'apt-get install -y nano\n', 'é'.repeat(5000)],
		[
			['a\r\n', 'Windows'],
			['é'.repeat(5001), '10002 bytes'],
			['\0', 'null'],
			['END_OF_STARTUP_SCRIPT\n', 'end marker'],
		],
	],
	[
		'program',
		programPathRule,
		['terraform', '/opt/my tools/terraform'],
		[
			['', ''],
			[' terraform', ''],
			['a\nb', 'a line break'],
		],
	],
	['folder', optionalDirectoryRule, ['', 'mirror'], [['a\tb', 'a tab']]],
	[
		'tags',
		tagsRule,
		[{}, { owner: 'platform team', 'Kostenstelle-ü': '4711' }],
		[
			[{ 'aws:x': 'y' }, 'aws:'],
			[{ AWS: 'y', 'AWS:x': 'y' }, 'aws:'],
			[{ Name: 'y' }, 'find its resources'],
			[{ '': 'y' }, 'empty name'],
			[{ ['k'.repeat(129)]: 'y' }, '128'],
			[{ k: 'v'.repeat(257) }, '256'],
			[{ k: 'a<b' }, 'contains \\"<'],
			[{ k: 7 }, ''],
			[
				Object.fromEntries(Array.from({ length: 46 }, (_, index) => [`k${index}`, ''])),
				'maximum is 45',
			],
		],
	],
	[
		'number',
		createIntegerRule(20, 30, 'GB'),
		[20, 30],
		[
			[19, 'between 20 and 30'],
			[31, 'between 20 and 30'],
			[20.5, ''],
			['20', ''],
			[Number.NaN, ''],
		],
	],
	[
		'one of',
		createNumberChoiceRule([1, 90]),
		[1, 90],
		[
			[2, 'not one of the allowed'],
			['90', 'not one of the allowed'],
		],
	],
];

describe.each(table)('%s', (_name, { schema, rule }, good, bad) => {
	test.each(good.map((value) => [value]))('accepts %j', (value) => {
		expect(schema.safeParse(value)).toEqual({ success: true, data: value });
	});
	test.each(bad)('rejects %j', (value, words) => {
		const result = schema.safeParse(value);
		expect(result.success).toBe(false);
		// Names of a map are issues within an issue.
		const messages = JSON.stringify(result.error?.issues);
		expect(messages).toContain(words);
		expect(rule).not.toBe('');
	});
});

test('reports an invalid list item by position', () => {
	const result = cidrBlocksRule.schema.safeParse(['10.0.0.0/8', 'x']);
	expect(result.error?.issues.map(({ path }) => path)).toEqual([[1]]);
});

test('parses ARNs and derives the partition from the region', () => {
	expect(parseArn('arn:aws:rds:r:1:snapshot:rds:x')?.resource).toBe('snapshot:rds:x');
	expect(parseArn('nonsense')).toBeUndefined();
	expect(
		['us-west-2', 'us-gov-east-1', 'cn-north-1', 'us-isob-east-1', 'us-iso-west-1'].map(
			getPartition,
		),
	).toEqual(['aws', 'aws-us-gov', 'aws-cn', 'aws-iso-b', 'aws-iso']);
});

test('compares CIDR blocks', () => {
	const block = (text: string) => parseCidr(text) ?? { address: 0, prefix: 0 };
	expect(cidrContains(block('10.0.0.0/8'), block('10.255.0.0/16'))).toBe(true);
	expect(cidrContains(block('10.0.0.0/16'), block('10.0.0.0/8'))).toBe(false);
	expect(cidrContains(block('0.0.0.0/0'), block('203.0.113.7/32'))).toBe(true);
	expect(isPrivateCidr(block('172.31.0.0/16'))).toBe(true);
	expect(isPrivateCidr(block('172.32.0.0/16'))).toBe(false);
	expect(isPrivateCidr(block('0.0.0.0/0'))).toBe(false);
});
