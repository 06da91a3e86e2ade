import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	AttachInternetGatewayCommand,
	CreateInternetGatewayCommand,
	CreateRouteCommand,
	CreateSubnetCommand,
	CreateVpcCommand,
	DescribeRouteTablesCommand,
} from '@aws-sdk/client-ec2';
import { parse, stringify } from 'yaml';
import { type AwsClients, createAwsClients } from '../../../source/aws/clients.ts';
import { createCloudForPracticeEndpoint } from '../../../source/practice/practice-cloud-settings.ts';
import {
	type SeededResources,
	seedPracticeCloud,
} from '../../../source/targets/ptfe-ami/practice/seed-cloud.ts';
import { formatPracticeAnswers } from '../../../source/targets/ptfe-ami/practice/target-practice.ts';
import { type FaultProxy, type ProxiedCall, startFaultProxy } from '../../doubles/fault-proxy.ts';
import { removeInstanceAnswers } from './remove-instance-answers.ts';
import { type JsonEvent, type RunResult, runWizard } from './run-wizard.ts';
import { REGION, startTestCloud } from './test-cloud.ts';

/** A practice cloud with a fault proxy before it, seeded, and with a VPC that will do. */
export interface FaultCloud {
	/** What the program is told to use. */
	proxy: FaultProxy;
	/** Look-ups and preparations of the test itself: past the proxy. */
	aws: AwsClients;
	/** The practice cloud itself, past the proxy. */
	endpoint: string;
	seeds: SeededResources;
	subnets: readonly [string, string];
	stop(): Promise<void>;
}

/** Answers as they lie in the file: nested. */
export type AnswersFile = Record<string, unknown>;

export async function startFaultCloud(): Promise<FaultCloud> {
	const { endpoint, stop } = await startTestCloud();
	const proxy = await startFaultProxy(endpoint);
	const aws = createAwsClients(createCloudForPracticeEndpoint(endpoint, REGION));
	const seeds = await seedPracticeCloud(endpoint, REGION);
	const subnets = await createSubnets(aws);
	return {
		...{ proxy, aws, seeds, subnets, endpoint },
		async stop() {
			await proxy.stop();
			await stop();
		},
	};
}

/** Answers that make a network: the bundled ones, with the machine left to itself. */
export function createFullAnswers({ seeds }: FaultCloud): AnswersFile {
	return removeInstanceAnswers(parse(formatPracticeAnswers(seeds)) as AnswersFile);
}

/**
 * Answers for which the only stack before the install is a small one: an IAM user, its group and
 * its policies, in a network that is there.
 */
export function createSmallAnswers(cloud: FaultCloud, user: string, bucket: string): AnswersFile {
	const [one, two] = cloud.subnets;
	return {
		...createFullAnswers(cloud),
		network: {
			existing: {
				instance_subnet_id: one,
				elb_subnet_ids: [one, two],
				data_subnet_ids: [one, two],
			},
		},
		access: { user: { name: user } },
		state: { s3: { bucket } },
	};
}

/** Writes an answers file and returns its path. */
export function writeAnswers(folder: string, answers: AnswersFile, name = 'answers.yaml'): string {
	mkdirSync(folder, { recursive: true });
	const path = join(folder, name);
	writeFileSync(path, stringify(answers, { lineWidth: 0 }));
	return path;
}

export interface PracticeResult extends RunResult {
	events: JsonEvent[];
	/** The event a failed run ends with. */
	failed: FailureEvent | undefined;
	/** Calls that reached the cloud during the run and could change something. */
	writes: ProxiedCall[];
}

export interface FailureEvent {
	fault: string;
	exitCode: number;
	message: string;
	expected?: string;
	details: string[];
	log?: string;
	next: string[];
}

/** Runs `practice` through the proxy to its end, reading its JSON events. */
export async function runPractice(
	cloud: FaultCloud,
	session: { home: string; name: string },
	argv: readonly string[] = [],
	env: NodeJS.ProcessEnv = {},
): Promise<PracticeResult> {
	const before = cloud.proxy.calls.length;
	const ended = await runWizard([...formatPracticeArguments(cloud, session), ...argv], { env });
	return toPracticeResult(ended, cloud.proxy.calls.slice(before));
}

/** A session of its own in a home, with its answers in a file beside the sessions. */
export function createFaultSession(
	cloud: FaultCloud,
	home: string,
	name: string,
	answers: AnswersFile,
) {
	const file = writeAnswers(join(home, 'answers'), answers, `${name}.yaml`);
	const root = join(home, 'sessions', name);
	const at = { home, name };
	return {
		root,
		folder: (stack: string) => join(root, 'workspace', stack),
		/** How messages name the way on. */
		command: `tfe-wizard practice --home ${home} --session ${name}`,
		/** The whole command line, to be run otherwise. */
		argv: [...formatPracticeArguments(cloud, at), '--answers', file],
		run: (argv: readonly string[] = []) => runPractice(cloud, at, ['--answers', file, ...argv]),
		/** Without naming the answers again. */
		resume: (argv: readonly string[] = []) => runPractice(cloud, at, argv),
	};
}

export function formatPracticeArguments(
	cloud: FaultCloud,
	{ home, name }: { home: string; name: string },
): string[] {
	const flags = ['--home', home, '--session', name, '--output', 'json'];
	return ['practice', '--cloud', cloud.proxy.endpoint, ...flags];
}

export function toPracticeResult(
	ended: RunResult & { events: JsonEvent[] },
	calls: ProxiedCall[],
): PracticeResult {
	const last = ended.events.findLast(({ type }) => type === 'run.failed');
	return {
		...ended,
		failed: last as unknown as FailureEvent | undefined,
		writes: calls.filter(isWrite),
	};
}

const READING = /^(Describe|Get|List|Head|Simulate|Lookup)/;
/** Query services send everything by POST; REST services tell by their method. */
const REST = new Set(['s3', 'route53']);

/** Whether a call could have changed something, had it not been refused on its way. */
export function isWrite({ service, action, method, fault }: ProxiedCall): boolean {
	if (fault !== undefined && 'fail' in fault) return false;
	if (REST.has(service ?? '')) return method !== 'GET' && method !== 'HEAD';
	return !READING.test(action ?? '');
}

/** The actions of calls that were let through. */
export function countCalls(cloud: FaultCloud, action: string): number {
	return cloud.proxy.calls.filter(
		(call) => call.action === action && !(call.fault !== undefined && 'fail' in call.fault),
	).length;
}

/** Two public subnets in two zones of a VPC of their own, as an operator may bring them. */
async function createSubnets({ ec2 }: AwsClients): Promise<[string, string]> {
	const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.30.0.0/16' }));
	const VpcId = Vpc?.VpcId ?? '';
	const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
	const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
	await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
	const { RouteTables } = await ec2.send(
		new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
	);
	await ec2.send(
		new CreateRouteCommand({
			RouteTableId: RouteTables?.[0]?.RouteTableId ?? '',
			DestinationCidrBlock: '0.0.0.0/0',
			GatewayId: InternetGatewayId,
		}),
	);
	const subnet = async (zone: string, CidrBlock: string) => {
		const AvailabilityZone = `${REGION}${zone}`;
		const { Subnet } = await ec2.send(
			new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }),
		);
		return Subnet?.SubnetId ?? '';
	};
	return [await subnet('a', '10.30.0.0/20'), await subnet('b', '10.30.16.0/20')];
}
