/** A value that both HCL and JSON can represent. */
export type BackendSettingValue =
	| string
	| number
	| boolean
	| BackendSettingValue[]
	| { [key: string]: BackendSettingValue };

/** The AWS that a session uses. The real one pins region and account; practice pins everything. */
export interface Cloud {
	practice: boolean;
	region: string;
	/** Practice only: `http://127.0.0.1:PORT` of the practice cloud. */
	endpoint?: string;
	/** Practice only; a real session uses the operator's own credential chain. */
	credentials?: { accessKeyId: string; secretAccessKey: string };
	/**
	 * The environment of every child (terraform, aws): `base` with variables added and REMOVED.
	 * Practice removes every AWS_* variable of the operator, so that no real account is reachable.
	 */
	childEnvironment(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
	/** Files to add to a stack's directory, by name (practice: `practice_override.tf`). */
	stackFiles(stack: string): Readonly<Record<string, string>>;
	/** Settings to add to an `s3` backend block (practice: endpoint, path style, skip_*). */
	s3BackendSettings: Readonly<Record<string, BackendSettingValue>>;
	/**
	 * The spelling of the actions in a TLS-only bucket policy. IAM ignores case. moto does not, and
	 * it ignores Conditions of a Deny, so practice writes `S3:*`: the same policy to AWS, without
	 * effect in moto.
	 */
	tlsPolicyAction: 's3:*' | 'S3:*';
}

/** The operator's AWS: their credential chain and environment, with a pinned region. */
export function createRealCloud(region: string): Cloud {
	return {
		practice: false,
		region,
		childEnvironment: (base) => ({ ...base, AWS_REGION: region, AWS_DEFAULT_REGION: region }),
		stackFiles: () => ({}),
		s3BackendSettings: {},
		tlsPolicyAction: 's3:*',
	};
}
