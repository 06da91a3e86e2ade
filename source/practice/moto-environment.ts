import { devNull } from 'node:os';
import { type ChildEnvironment, childEnvironment } from '../engine/child-environment.ts';

/**
 * What python, pip, uv, pipx and container engines need to run at all. Everything else of the
 * operator (AWS_*, TF_*, tokens, passwords) stays out of the practice cloud.
 */
const passedOn =
	/^(USER|LOGNAME|SHELL|TEMP|TMP|SYSTEMROOT|XDG_\w+|LD_LIBRARY_PATH|DYLD_\w+|PYTHONPATH|PYENV_\w+|PIP_\w+|UV_\w+|PIPX_\w+|DOCKER_\w+|CONTAINER_\w+|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(HTTPS?|ALL|NO)_PROXY)$/i;

/** How moto should behave here; also handed into a container. */
export const motoSettings: Readonly<Record<string, string>> = {
	// A requested certificate is issued at once (moto waits 60 s otherwise).
	MOTO_ACM_VALIDATION_WAIT: '0',
	// AWS-managed policies exist, so that attaching one works.
	MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
	// A bucket of another account is out of reach, as it is in AWS unless its owner allows it.
	MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS: 'false',
};

/** The environment of the practice cloud, and of every command that finds or fetches it. */
export function motoEnvironment(base: NodeJS.ProcessEnv): ChildEnvironment {
	const add = {
		...motoSettings,
		// moto imports botocore, which would read the operator's profiles.
		AWS_CONFIG_FILE: devNull,
		AWS_SHARED_CREDENTIALS_FILE: devNull,
		AWS_EC2_METADATA_DISABLED: 'true',
		PYTHONUNBUFFERED: '1',
	};
	return childEnvironment({ for: 'helper', inherited: base, pass: passedOn, add });
}
