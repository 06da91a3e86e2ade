import { devNull } from 'node:os';
import { expect, it } from 'vitest';
import { createMotoEnvironment } from '../../source/practice/moto-sources.ts';

it('passes only the variables that programs need from the operator to the practice cloud', () => {
	const environment = createMotoEnvironment({
		PATH: '/bin',
		HOME: '/home/me',
		LC_ALL: 'C.UTF-8',
		https_proxy: 'http://proxy:3128',
		PIP_INDEX_URL: 'https://pypi.example/simple',
		AWS_PROFILE: 'prod',
		AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
		AWS_CONFIG_FILE: '/home/me/.aws/config',
		MOTO_ACCOUNT_ID: '999999999999',
		INITIAL_NO_AUTH_ACTION_COUNT: '0',
		TF_VAR_db_password: 'secret',
		TFE_DB_PASSWORD: 'secret',
		VAULT_TOKEN: 'secret',
		PATHOLOGICAL: 'x',
	});
	expect(environment).toEqual({
		PATH: '/bin',
		HOME: '/home/me',
		LC_ALL: 'C.UTF-8',
		https_proxy: 'http://proxy:3128',
		PIP_INDEX_URL: 'https://pypi.example/simple',
		MOTO_ACM_VALIDATION_WAIT: '0',
		MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
		MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS: 'false',
		AWS_CONFIG_FILE: devNull,
		AWS_SHARED_CREDENTIALS_FILE: devNull,
		AWS_EC2_METADATA_DISABLED: 'true',
		PYTHONUNBUFFERED: '1',
	});
});
