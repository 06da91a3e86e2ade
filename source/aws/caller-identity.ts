import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { convertAwsError } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';

export interface CallerIdentity {
	account: string;
	arn: string;
	/** `aws`, `aws-us-gov` or `aws-cn`, from the ARN. */
	partition: string;
}

/** The identity of the current credentials. @throws WizardError if AWS rejects them. */
export async function getCallerIdentity(clients: AwsClients): Promise<CallerIdentity> {
	try {
		const { Account, Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
		const arn = Arn ?? '';
		return { account: Account ?? '', arn, partition: arn.split(':')[1] ?? 'aws' };
	} catch (thrown) {
		throw convertAwsError(thrown, 'look up the caller identity');
	}
}
