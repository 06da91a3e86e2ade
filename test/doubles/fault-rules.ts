/** The action for a call that matches a rule. */
export type FaultAction =
	/** Returns an AWS error; the practice cloud does not receive the call. */
	| {
			fail: {
				code: string;
				message?: string /** HTTP status; 400 when not given. */;
				status?: number;
			};
	  }
	/** Forwards the call after this many milliseconds. */
	| { delayMs: number }
	/** Forwards the call when this promise resolves. */
	| { hold: Promise<unknown> }
	/** Cuts the connection: before the call is forwarded, or after it took effect. */
	| { cut: 'before' | 'after' };

export interface FaultRule {
	/** The API action: `CreateNatGateway`. Not for REST services (s3, route53). */
	action?: string;
	/** The service in the credential scope: `ec2`, `rds`, `s3`, `elasticloadbalancing`. */
	service?: string;
	method?: string;
	/** Matches path and query; for REST services. */
	path?: RegExp;
	/** The number of matching calls to forward first. Default: 0. */
	skip?: number;
	/** The number of matching calls to affect after those. Default: 1; `Infinity` for all. */
	times?: number;
	fault: FaultAction;
}

/** The properties of an AWS call. */
export interface AwsCall {
	method: string;
	/** Includes the query. */
	path: string;
	service?: string;
	action?: string;
}

/** Counts the matches of each rule in one rule set. */
export class FaultMatcher {
	readonly #rules: readonly { rule: FaultRule; count: { matched: number } }[];

	constructor(rules: readonly FaultRule[]) {
		this.#rules = rules.map((rule) => ({ rule, count: { matched: 0 } }));
	}

	/** The action for this call, from the first active rule that matches. */
	take(call: AwsCall): FaultAction | undefined {
		let taken: FaultAction | undefined;
		for (const { rule, count } of this.#rules) {
			if (!matches(rule, call)) continue;
			const turn = count.matched++ - (rule.skip ?? 0);
			if (turn >= 0 && turn < (rule.times ?? 1)) taken ??= rule.fault;
		}
		return taken;
	}
}

function matches(rule: FaultRule, call: AwsCall): boolean {
	return (
		(rule.action === undefined || rule.action === call.action) &&
		(rule.service === undefined || rule.service === call.service) &&
		(rule.method === undefined || rule.method === call.method) &&
		(rule.path === undefined || call.path.search(rule.path) !== -1)
	);
}

/**
 * Parses the headers of an AWS call: the service from the credential scope of the signature, and
 * the action from `X-Amz-Target` (JSON services). The action of a query service is in the body: see
 * `actionOfForm`.
 */
export function parseAwsCall(
	method: string,
	path: string,
	headers: Readonly<Record<string, string | string[] | undefined>>,
): AwsCall {
	const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(String(headers.authorization ?? ''));
	const target = String(headers['x-amz-target'] ?? '')
		.split('.')
		.at(-1);
	const fromQuery = new URLSearchParams(path.split('?')[1] ?? '').get('Action');
	return { method, path, service: scope?.[1], action: target || fromQuery || undefined };
}

/** Parses the action of a query service (ec2, rds, iam, sts, elbv2…) from its form body. */
export function parseFormAction(body: Buffer): string | undefined {
	return /(?:^|&)Action=([A-Za-z0-9]+)/.exec(body.toString('latin1'))?.[1];
}

/** An error response in the protocol of the call. */
export function formatErrorResponse(
	call: AwsCall,
	headers: Readonly<Record<string, unknown>>,
	fail: { code: string; message?: string },
): { contentType: string; headers: Record<string, string>; body: string } {
	const message = fail.message ?? `${fail.code}, injected by the practice fault proxy.`;
	const contentType = String(headers['content-type'] ?? '');
	// An S3 object may be JSON; S3 responses never are.
	const json = contentType.startsWith('application/json') && call.service !== 's3';
	if (headers['x-amz-target'] !== undefined || json) {
		return {
			contentType: 'application/x-amz-json-1.1',
			headers: { 'x-amzn-errortype': fail.code },
			body: JSON.stringify({ __type: fail.code, message }),
		};
	}
	const error = `<Code>${escapeXml(fail.code)}</Code><Message>${escapeXml(message)}</Message>`;
	return { contentType: 'text/xml', headers: {}, body: xmlError(call.service, error) };
}

// ec2 and s3 have their own error formats; all other XML services share one.
function xmlError(service: string | undefined, error: string): string {
	const id = 'practice-fault';
	if (service === 'ec2') {
		return `<Response><Errors><Error>${error}</Error></Errors><RequestID>${id}</RequestID></Response>`;
	}
	if (service === 's3') return `<Error>${error}<RequestId>${id}</RequestId></Error>`;
	return `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>${id}</RequestId></ErrorResponse>`;
}

function escapeXml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
