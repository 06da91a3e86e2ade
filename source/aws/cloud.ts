/** A value as HCL and JSON both have it. */
export type Setting = string | number | boolean | Setting[] | { [key: string]: Setting };

/** Which AWS a session talks to. The real one pins region and account; practice pins all else too. */
export interface Cloud {
	practice: boolean;
	region: string;
	/** Practice only: `http://127.0.0.1:PORT` of the practice cloud. */
	endpoint?: string;
	/** Practice only; a real session uses the operator's own credential chain. */
	credentials?: { accessKeyId: string; secretAccessKey: string };
	/**
	 * Environment of every child (terraform, aws): starts from `base`, adds and REMOVES what must
	 * be. Practice removes every AWS_* of the operator, so that no real account is in reach.
	 */
	childEnvironment(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
	/** Files to add to a stack's folder by name (practice: `practice_override.tf`). */
	stackFiles(stack: string): Readonly<Record<string, string>>;
	/** Settings to add to an `s3` backend block (practice: endpoint, path style, skip_*). */
	s3BackendSettings: Readonly<Record<string, Setting>>;
	/**
	 * How the actions of a TLS-only bucket policy are spelt. IAM ignores their case; moto, which
	 * ignores Conditions of a Deny, does not, so practice writes `S3:*` and keeps the real policy.
	 */
	tlsPolicyAction: 's3:*' | 'S3:*';
}
