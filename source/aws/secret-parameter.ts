import {
	DeleteParameterCommand,
	GetParameterCommand,
	PutParameterCommand,
} from '@aws-sdk/client-ssm';
import { undefinedIfMissing, withAwsErrors } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';

export type SecretParameterStore = ReturnType<typeof createSecretParameterStore>;

/**
 * Stores a generated secret from before its first use until it is where the product reads it: as a
 * SecureString in Parameter Store, encrypted by KMS, in the operator's own account. A killed run,
 * or another computer, can continue with the same secret, and no local disk ever contains it.
 *
 * @param name Parameter name starting with `/tfe-wizard/`.
 */
export function createSecretParameterStore(clients: AwsClients, name: string) {
	const missing = /^ParameterNotFound$/;
	const recall = async () => {
		const call = clients.ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
		const read = undefinedIfMissing(call, missing);
		return (await withAwsErrors(`read the parameter ${name}`, read))?.Parameter?.Value;
	};
	return {
		name,
		/** The stored value; undefined if there is none. */
		recall,
		/** Stores `value` unless a value is already stored; returns the stored value. */
		async keep(value: string) {
			const call = clients.ssm.send(
				new PutParameterCommand({
					Name: name,
					Value: value,
					Type: 'SecureString',
					// Two concurrent runs both use the secret of the first.
					Overwrite: false,
					Description:
						'Stored by tfe-wizard until the installation can read it; removed automatically.',
				}),
			);
			const stored = await withAwsErrors(
				`store a generated secret in the parameter ${name}`,
				undefinedIfMissing(call, /^ParameterAlreadyExists$/),
			);
			return stored === undefined ? ((await recall()) ?? value) : value;
		},
		/** Removes it with all versions. Idempotent. */
		async remove() {
			const call = clients.ssm.send(new DeleteParameterCommand({ Name: name }));
			await withAwsErrors(`remove the parameter ${name}`, undefinedIfMissing(call, missing));
		},
	};
}
