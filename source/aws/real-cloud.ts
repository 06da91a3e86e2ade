import type { Cloud } from './cloud.ts';

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
