import { createServer } from 'node:http';
import { createAwsClients } from '../../source/aws/clients.ts';
import type { Answers } from '../../source/engine/question.ts';
import type { Lookup, LookupChoice } from '../../source/engine/step.ts';
import { createCloudForPracticeEndpoint } from '../../source/practice/practice-cloud-settings.ts';
import type { Services } from '../../source/steps/step-context.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';

export const REGION = 'us-west-2';
export const ACCOUNT = '123456789012';

export const allLookups: readonly Lookup<Services>[] = getTargetOrDefault('ptfe-ami').steps.flatMap(
	({ lookups = [] }) => lookups,
);

/** Services of a cloud at that endpoint, as far as a look-up uses them. */
export function createServices(endpoint: string): Services {
	const cloud = createCloudForPracticeEndpoint(endpoint, REGION);
	return {
		...{
			cloud,
			aws: createAwsClients(cloud),
			environment: {},
			home: '',
			templates: '',
			stacks: [],
		},
		...{ baseFolder: '', adoptState: false, unlock: undefined, backUpNow: false },
	};
}

/** Does the look-up of a question in the cloud at that endpoint. */
export function createLookupRunner(endpoint: string) {
	const services = createServices(endpoint);
	return async (
		key: string,
		others: Answers = {},
		signal = new AbortController().signal,
	): Promise<readonly LookupChoice[]> => {
		const lookup = allLookups.find((one) => one.key === key);
		if (lookup === undefined) throw new Error(`no look-up for ${key}`);
		const answers = { account: ACCOUNT, region: REGION, 'state.s3.region': REGION, ...others };
		return lookup.find({ answers, services, signal });
	};
}

export const getValues = (found: readonly LookupChoice[]) => found.map(({ value }) => value);
export const getSelectable = (found: readonly LookupChoice[]) =>
	found.filter(({ refusal }) => refusal === undefined);

export function findChoice(found: readonly LookupChoice[], value: string): LookupChoice {
	const match = found.find((choice) => choice.value === value);
	if (match === undefined) throw new Error(`${value} is not among ${getValues(found).join(', ')}`);
	return match;
}

export interface FakeAwsResponse {
	status?: number;
	body: string;
}

/** A server that answers calls of EC2 and RDS by their action, for what the practice cloud lacks. */
export async function startFakeAws(
	answer: (action: string, parameters: URLSearchParams) => FakeAwsResponse | undefined,
): Promise<{ endpoint: string; asked: string[]; stop(): void }> {
	const asked: string[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const parameters = new URLSearchParams(Buffer.concat(chunks).toString());
		const action = parameters.get('Action') ?? '';
		asked.push(action);
		const given = answer(action, parameters);
		// Without an answer it stays silent for ever.
		if (given === undefined) return;
		response.writeHead(given.status ?? 200, { 'content-type': 'text/xml' }).end(given.body);
	});
	const port = await listenOnFreePort(server);
	return {
		endpoint: `http://127.0.0.1:${port}`,
		asked,
		stop() {
			server.closeAllConnections();
			server.close();
		},
	};
}

/** One element. */
export function xml(tag: string, content: string | number | boolean): string {
	return `<${tag}>${content}</${tag}>`;
}

/** An answer of RDS. */
export function createRdsResponse(action: string, content: string): FakeAwsResponse {
	const namespace = 'xmlns="http://rds.amazonaws.com/doc/2014-10-31/"';
	return {
		body: `<${action}Response ${namespace}>${xml(`${action}Result`, content)}</${action}Response>`,
	};
}

/** An answer of EC2. */
export function createEc2Response(action: string, content: string): FakeAwsResponse {
	const namespace = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"';
	return { body: `<${action}Response ${namespace}>${content}</${action}Response>` };
}
