import { describe, expect, it, test } from 'vitest';
import type { CertificateInfo } from '../../../../source/aws/lookups/account-resources.ts';
import {
	certificateNameCovers,
	createCertificateChoice,
	isInZone,
} from '../../../../source/targets/ptfe-ami/settings/lookups/certificates-and-zones.ts';
import {
	getDatabaseClassSize,
	getMajorVersions,
	isOfferedDatabaseClass,
} from '../../../../source/targets/ptfe-ami/settings/lookups/databases.ts';
import { parseAmiRelease } from '../../../../source/targets/ptfe-ami/settings/lookups/instances.ts';

describe('domain names', () => {
	test.each([
		['tfe.acme.example', 'tfe.acme.example', true],
		['*.acme.example', 'tfe.acme.example', true],
		['*.acme.example', 'a.tfe.acme.example', false],
		['*.acme.example', 'acme.example', false],
		['*.example', 'tfe.acme.example', false],
		['acme.example', 'tfe.acme.example', false],
	])('checks whether a certificate for %s covers %s: %s', (covering, name, good) => {
		expect(certificateNameCovers(covering, name)).toBe(good);
	});

	test.each([
		['acme.example', 'tfe.acme.example', true],
		['tfe.acme.example', 'tfe.acme.example', true],
		['me.example', 'tfe.acme.example', false],
	])('checks whether the zone %s contains %s: %s', (zone, name, good) => {
		expect(isInZone(zone, name)).toBe(good);
	});
});

describe('certificateChoice', () => {
	const now = Date.parse('2026-01-01');
	const facts: CertificateInfo = {
		...{ arn: 'arn:x/id', names: ['acme.example', '*.acme.example'], status: 'ISSUED' },
		...{ type: 'AMAZON_ISSUED', keyAlgorithm: 'RSA-2048', inUse: false },
		expires: new Date('2026-06-01'),
	};
	test.each([
		['good', {}, undefined],
		['pending', { status: 'PENDING_VALIDATION' }, 'is not issued yet: validation is pending'],
		['expired, ACM says', { status: 'EXPIRED', expires: undefined }, 'has expired'],
		['expired', { expires: new Date('2025-12-31') }, 'expired on 2025-12-31'],
		['revoked', { status: 'REVOKED' }, 'is revoked'],
		['for others', { names: ['other.example'] }, 'does not cover tfe.acme.example'],
	])('returns the refusal of a certificate that is %s', (_, others, refusal) => {
		const found = createCertificateChoice({ ...facts, ...others }, 'tfe.acme.example', now);
		expect(found.refusal).toBe(refusal);
	});

	it('shows the covered names and the expiry date', () => {
		const names = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'];
		expect(createCertificateChoice({ ...facts, names, type: 'PRIVATE' }, '', now)).toEqual({
			...{ value: 'arn:x/id', label: 'a.example' },
			hint: 'also b.example c.example d.example and 1 more, expires 2026-06-01, private CA, not publicly trusted, RSA 2048',
		});
	});
});

test.each([
	['terraform-enterprise-v201801-1', 'v201801-1'],
	['Private Terraform Enterprise 201712-12 (copy)', 'v201712-12'],
	['tfe_v201808-1', 'v201808-1'],
	['backup 2018-01-15', undefined],
	['ubuntu-20170721', undefined],
	['build-1201801-1', undefined],
])('reads from the AMI name %s the release %s', (name, release) => {
	expect(parseAmiRelease({ Name: name })).toBe(release);
});

test.each([
	['db.m5.large', { processors: 2, memoryGb: 8 }, true],
	['db.m6g.xlarge', { processors: 4, memoryGb: 16 }, true],
	['db.r6i.2xlarge', { processors: 8, memoryGb: 64 }, true],
	['db.m5.24xlarge', { processors: 96, memoryGb: 384 }, false],
	['db.t3.medium', undefined, false],
	['db.r5.large.tpc2.mem2x', undefined, false],
])('derives the size of the database class %s: %j', (name, size, worthwhile) => {
	expect(getDatabaseClassSize(name)).toEqual(size);
	expect(isOfferedDatabaseClass(name)).toBe(worthwhile);
});

test('returns the major PostgreSQL versions, each with its newest minor version', () => {
	const all = ['9.6.22', '12.20', '13.9', '16.10', '16.4', '17.2'].map((version) => ({
		version,
		deprecated: version.startsWith('13'),
	}));
	expect(getMajorVersions(all)).toEqual([
		{ major: '13', newest: '13.9', deprecated: true },
		{ major: '16', newest: '16.10', deprecated: false },
		{ major: '17', newest: '17.2', deprecated: false },
	]);
});
