import {
	DeleteParameterCommand,
	GetParameterCommand,
	PutParameterCommand,
} from '@aws-sdk/client-ssm';
import { convertAwsError, getAwsErrorCode } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';

/**
 * Stores a generated secret from before its first use until it is where the product reads it: as a
 * SecureString in Parameter Store, encrypted by KMS, in the operator's own account. A killed run,
 * or another computer, can continue with the same secret, and no local disk ever contains it.
 */
export interface SecretParameter {
	/** Stores `value` unless a value is already stored; returns the stored value. */
	keep(value: string): Promise<string>;
	/** The stored value; undefined if there is none. */
	recall(): Promise<string | undefined>;
	/** Removes it with all versions. Idempotent. */
	remove(): Promise<void>;
	/** Parameter name, for messages. */
	readonly name: string;
}

/** @param name Parameter name starting with `/tfe-wizard/`. */
export function createSecretParameter(clients: AwsClients, name: string): SecretParameter {
	const recall = async () => {
		try {
			const { Parameter } = await clients.ssm.send(
				new GetParameterCommand({ Name: name, WithDecryption: true }),
			);
			return Parameter?.Value;
		} catch (thrown) {
			if (getAwsErrorCode(thrown) === 'ParameterNotFound') return undefined;
			throw convertAwsError(thrown, `read the parameter ${name}`);
		}
	};
	return {
		name,
		recall,
		async keep(value) {
			try {
				// Never overwrite: two concurrent runs both use the secret of the first.
				await clients.ssm.send(
					new PutParameterCommand({
						Name: name,
						Value: value,
						Type: 'SecureString',
						Overwrite: false,
						Description:
							'Stored by tfe-wizard until the installation can read it; removed automatically.',
					}),
				);
				return value;
			} catch (thrown) {
				if (getAwsErrorCode(thrown) !== 'ParameterAlreadyExists') {
					throw convertAwsError(thrown, `store a generated secret in the parameter ${name}`);
				}
				return (await recall()) ?? value;
			}
		},
		async remove() {
			try {
				await clients.ssm.send(new DeleteParameterCommand({ Name: name }));
			} catch (thrown) {
				if (getAwsErrorCode(thrown) !== 'ParameterNotFound')
					throw convertAwsError(thrown, `remove the parameter ${name}`);
			}
		},
	};
}
