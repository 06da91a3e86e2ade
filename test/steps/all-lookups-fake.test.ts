import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../helpers/wait-for.ts';
import {
	createEc2Response,
	createLookupRunner,
	createRdsResponse,
	findChoice,
	getSelectable,
	getValues,
	startFakeAws,
	xml,
} from './lookup-helpers.ts';

// What the practice cloud has not: RDS's catalogue, images others have shared, silence.
let fake: Awaited<ReturnType<typeof startFakeAws>> | undefined;
afterEach(() => fake?.stop());

const version = (text: string, status = 'available') =>
	xml('DBEngineVersion', xml('EngineVersion', text) + xml('Status', status));
const option = (name: string, multi: boolean) =>
	xml('OrderableDBInstanceOption', xml('DBInstanceClass', name) + xml('MultiAZCapable', multi));

describe('database lookups', () => {
	const versions = ['13.20', '16.4', '16.10', '17.2', '9.6.22'].map((text) => version(text));
	const options = [
		...[option('db.r5.large', true), option('db.m6g.large', true), option('db.m5.large', true)],
		// Once for each kind of storage.
		...[option('db.m5.large', false), option('db.t3.micro', true), option('db.m5.xlarge', false)],
	];
	let wanted: (string | null)[] = [];

	async function rds() {
		wanted = [];
		fake = await startFakeAws((action, parameters) => {
			const family = parameters.get('DBParameterGroupFamily')?.replace('postgres', '') ?? '';
			const ofFamily = versions.filter((one) => one.includes(`<EngineVersion>${family}`));
			const list = action === 'DescribeDBEngineVersions' ? ofFamily : options;
			const name =
				action === 'DescribeDBEngineVersions' ? 'DBEngineVersions' : 'OrderableDBInstanceOptions';
			wanted.push(parameters.get('DBParameterGroupFamily') ?? parameters.get('EngineVersion'));
			return createRdsResponse(action, xml(name, list.join('')));
		});
		return createLookupRunner(fake.endpoint);
	}

	it('list current major versions: the default, then the newest', async () => {
		const found = await (await rds())('settings.db_engine_version');
		expect(getValues(found)).toEqual(['16', '17', '13']);
		expect(found[0]?.hint).toBe('currently 16.10');
	});

	it('list classes of the newest version: the default, then from small to large', async () => {
		const look = await rds();
		const answers = { 'settings.db_engine_version': '16' };
		const found = await look('settings.db_instance_class', answers);
		expect(wanted).toEqual(['postgres16', '16.10']);
		expect(getValues(found)).toEqual([
			...['db.m5.large', 'db.m6g.large', 'db.r5.large', 'db.m5.xlarge'],
		]);
		expect(found[0]).toEqual({ value: 'db.m5.large', hint: '2 vCPU, 8 GB' });
		expect(findChoice(found, 'db.m5.xlarge').refusal).toMatch(/Multi-AZ/);
		const alone = { ...answers, 'settings.db_multi_az': false };
		const without = await look('settings.db_instance_class', alone);
		expect(getSelectable(without)).toHaveLength(4);
	});
});

describe('the AMI lookup', () => {
	const image = (id: string, name: string, made: string, others: Record<string, string> = {}) => {
		const all = {
			...{ imageId: id, name, creationDate: `${made}T00:00:00.000Z`, isPublic: 'false' },
			...{ architecture: 'x86_64', virtualizationType: 'hvm', imageState: 'available' },
			...{ imageOwnerId: '210987654321', enaSupport: 'true', ...others },
		};
		const item = Object.entries(all).map(([key, value]) => xml(key, value));
		return xml('item', item.join(''));
	};
	const shared = [
		image('ami-0000000000000000a', 'ptfe-v201712-1', '2017-12-20', { enaSupport: 'false' }),
		image('ami-0000000000000000b', 'ptfe-v201801-1', '2018-01-15'),
		image('ami-0000000000000000c', 'ptfe-v201801-2', '2018-01-30', { architecture: 'arm64' }),
		image('ami-0000000000000000d', 'ptfe-pv-v201703-1', '2017-03-01', {
			virtualizationType: 'paravirtual',
		}),
		image('ami-0000000000000000e', 'anything', '2026-01-01', { isPublic: 'true' }),
		image('ami-0000000000000000f', 'golden image', '2026-01-01'),
	];
	const own = [image('ami-0000000000000001b', 'copy of ptfe-v201801-1', '2018-02-01')];

	it('lists shared and own AMIs, newest release first, and marks AMIs that cannot be launched', async () => {
		fake = await startFakeAws((action, parameters) => {
			expect(parameters.get('IncludeDeprecated')).toBe('true');
			const list = parameters.get('Owner.1') === 'self' ? own : shared;
			return createEc2Response(action, xml('imagesSet', list.join('')));
		});
		const found = await createLookupRunner(fake.endpoint)('settings.ami_id');
		expect(getValues(getSelectable(found))).toEqual([
			...['ami-0000000000000001b', 'ami-0000000000000000b', 'ami-0000000000000000a'],
			'ami-0000000000000000f',
		]);
		expect(getValues(found)).not.toContain('ami-0000000000000000e');
		expect(findChoice(found, 'ami-0000000000000001b').hint).toMatch(
			/^release v201801-1, 2018-02-01, owned by you/,
		);
		expect(findChoice(found, 'ami-0000000000000000a').hint).toContain(
			'no ENA: requires m4.2xlarge',
		);
		expect(findChoice(found, 'ami-0000000000000000c').refusal).toMatch(/arm64/);
		expect(findChoice(found, 'ami-0000000000000000d').refusal).toMatch(/paravirtual/);
	});
});

describe('a lookup', () => {
	it('reads no more of thousands of results than it shows, and notes it', async () => {
		let page = 0;
		fake = await startFakeAws((action) => {
			page += 1;
			const groups = Array.from({ length: 500 }, (_, index) => {
				const id = `sg-${(page * 1000 + index).toString(16).padStart(17, '0')}`;
				return xml('item', xml('groupId', id) + xml('groupName', `group ${index}`));
			});
			const next = xml('nextToken', `page-${page}`);
			return createEc2Response(action, xml('securityGroupInfo', groups.join('')) + next);
		});
		const found = await createLookupRunner(fake.endpoint)('settings.internal_security_group_ids');
		expect(found).toHaveLength(1000);
		expect(found.at(-1)?.hint).toContain('only the first 1000');
		expect(page).toBe(3);
	});

	it('ends immediately when it is cancelled, even if AWS does not respond', async () => {
		fake = await startFakeAws(() => undefined);
		const controller = new AbortController();
		const looking = createLookupRunner(fake.endpoint)('settings.key_name', {}, controller.signal);
		const asked = fake.asked;
		await waitFor('the question to AWS', () => asked.length > 0);
		controller.abort(new Error('nobody waits'));
		await expect(looking).rejects.toThrow('nobody waits');
	});

	it('names the denied action', async () => {
		const denied = (message: string) => ({
			status: 403,
			body: `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>${message}</Message></Error></Errors></Response>`,
		});
		fake = await startFakeAws((action) =>
			action === 'DescribeSubnets'
				? createEc2Response(action, '<subnetSet/>')
				: denied('You are not authorized to perform this operation.'),
		);
		const looking = createLookupRunner(fake.endpoint)('network.existing.instance_subnet_id');
		await expect(looking).rejects.toThrow(/^denied: ec2:DescribeRouteTables$/);
	});

	it('shows security groups even if the VPC of the instance is unknown', async () => {
		const group = xml('groupId', 'sg-0a1b2c3d4e5f60006') + xml('vpcId', 'vpc-1');
		fake = await startFakeAws((action) =>
			action === 'DescribeSecurityGroups'
				? createEc2Response(action, xml('securityGroupInfo', xml('item', group)))
				: { status: 403, body: '' },
		);
		const answers = {
			network: 'existing',
			'network.existing.instance_subnet_id': 'subnet-0a1b2c3d4e5f60001',
		};
		const found = await createLookupRunner(fake.endpoint)(
			'settings.external_security_group_ids',
			answers,
		);
		expect(getValues(getSelectable(found))).toEqual(['sg-0a1b2c3d4e5f60006']);
	});
});
