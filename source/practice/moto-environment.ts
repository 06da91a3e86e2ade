import { devNull } from 'node:os';
import { buildChildEnvironment, type ChildEnvironment } from '../engine/child-environment.ts';

/**
 * The variables that python, pip and uv need to run. All others (AWS_*,
 * TF_*, tokens, passwords) are not passed to the practice cloud.
 */
const passedOn =
	/^(USER|LOGNAME|SHELL|TEMP|TMP|SYSTEMROOT|XDG_\w+|LD_LIBRARY_PATH|DYLD_\w+|PYTHONPATH|PYENV_\w+|PIP_\w+|UV_\w+|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(HTTPS?|ALL|NO)_PROXY)$/i;

/** The environment of the practice cloud and of the commands that find or install it. */
export function createMotoEnvironment(base: NodeJS.ProcessEnv): ChildEnvironment {
	const add = {
		// Issue a requested certificate immediately (moto waits 60 s by default).
		MOTO_ACM_VALIDATION_WAIT: '0',
		// Load the AWS managed policies, so that they can be attached.
		MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
		// Deny access to buckets of other accounts, as AWS does by default.
		MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS: 'false',
		// moto imports botocore, which would otherwise read the operator's profiles.
		AWS_CONFIG_FILE: devNull,
		AWS_SHARED_CREDENTIALS_FILE: devNull,
		AWS_EC2_METADATA_DISABLED: 'true',
		PYTHONUNBUFFERED: '1',
	};
	return buildChildEnvironment({ for: 'helper', inherited: base, pass: passedOn, add });
}
