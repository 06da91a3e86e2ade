import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { formatPracticeAnswers } from '../../../../source/targets/ptfe-ami/practice/target-practice.ts';

const seeds = {
	account: '012345678901',
	region: 'us-west-2',
	keyName: 'practice',
	certificateArn:
		'arn:aws:acm:us-west-2:012345678901:certificate/7d9e1c36-a734-4eb7-a696-0f20e4fca75f',
	// Parsed as a number it would be infinite.
	zoneId: '1E99999999999999999999',
	amiId: 'ami-785db401',
	fqdn: 'tfe.practice.example',
};

describe('the practice answers', () => {
	it('are valid YAML and contain the seeded values', () => {
		const text = formatPracticeAnswers(seeds);
		const document = parseDocument(text);
		expect([...document.errors, ...document.warnings]).toEqual([]);
		expect(document.toJS()).toEqual({
			version: 1,
			target: 'ptfe-ami',
			account: '012345678901',
			region: 'us-west-2',
			network: { create: { name: 'practice', cidr: '10.20.0.0/16' } },
			access: 'current',
			state: { s3: { bucket: 'practice-tfe-state-012345678901' } },
			settings: {
				fqdn: 'tfe.practice.example',
				hostname: 'tfe.practice.example',
				zone_id: '1E99999999999999999999',
				cert_id: seeds.certificateArn,
				ami_id: 'ami-785db401',
				key_name: 'practice',
				bucket_name: 'tfe-tfe.practice.example-data',
				db_password: { generate: {} },
				db_deletion_protection: false,
			},
			instance: 'ssh',
			rekey: {
				custodians: {
					people: { 'security-lead': '', 'head-of-operations': '', 'on-call': '' },
					threshold: 2,
					restart: true,
				},
			},
			backup: true,
		});
	});

	it('name the key files and the decryption command of the key holders in unattended runs', () => {
		const custodians = {
			people: {
				'security-lead': '/a b/lead.asc',
				'head-of-operations': 'o.asc',
				'on-call': 'c.asc',
			},
			openWith: ['node', '/x: y/open.js', '{custodian}', '{file}'],
		};
		const { rekey } = parse(formatPracticeAnswers(seeds, custodians));
		expect(rekey.custodians).toMatchObject({
			people: custodians.people,
			open_with: custodians.openWith,
		});
	});

	it('fit in 100 columns and end with one newline', () => {
		const text = formatPracticeAnswers(seeds);
		expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
		expect(text).toMatch(/[^\n]\n$/);
	});
});
