import {
	DeleteParameterCommand,
	GetParameterCommand,
	PutParameterCommand,
} from '@aws-sdk/client-ssm';
import type { AwsClients } from './clients.ts';
import { awsCode, awsProblem } from './problem.ts';

/**
 * Custody of a secret this program made, from before it is first used until it lies where the
 * product reads it: a SecureString in Parameter Store, encrypted by KMS, in the operator's own
 * account. So a killed run, or another machine, can go on with the same secret, and no disk here
 * ever holds it.
 */
export interface Custody {
	/** Keeps `value` unless something is kept already; returns what is kept. */
	keep(value: string): Promise<string>;
	/** What is kept; undefined when nothing is. */
	recall(): Promise<string | undefined>;
	/** Removes it, all versions. Fine when nothing is there. */
	remove(): Promise<void>;
	/** Parameter name, for messages. */
	readonly name: string;
}

/** @param name Parameter name beginning with `/tfe-wizard/`. */
export function parameterCustody(clients: AwsClients, name: string): Custody {
	const recall = async () => {
		try {
			const { Parameter } = await clients.ssm.send(
				new GetParameterCommand({ Name: name, WithDecryption: true }),
			);
			return Parameter?.Value;
		} catch (thrown) {
			if (awsCode(thrown) === 'ParameterNotFound') return undefined;
			throw awsProblem(thrown, `read the parameter ${name}`);
		}
	};
	return {
		name,
		recall,
		async keep(value) {
			try {
				// Never overwrite: of two runs at once the first one's secret counts for both.
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
				if (awsCode(thrown) !== 'ParameterAlreadyExists') {
					throw awsProblem(thrown, `store a generated secret in the parameter ${name}`);
				}
				return (await recall()) ?? value;
			}
		},
		async remove() {
			try {
				await clients.ssm.send(new DeleteParameterCommand({ Name: name }));
			} catch (thrown) {
				if (awsCode(thrown) !== 'ParameterNotFound')
					throw awsProblem(thrown, `remove the parameter ${name}`);
			}
		},
	};
}
