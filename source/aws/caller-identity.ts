import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { withAwsErrors } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';

export interface CallerIdentity {
	account: string;
	arn: string;
	/** `aws`, `aws-us-gov` or `aws-cn`, from the ARN. */
	partition: string;
}

/** The identity of the current credentials. @throws WizardError if AWS rejects them. */
export async function getCallerIdentity({ sts }: AwsClients): Promise<CallerIdentity> {
	const call = sts.send(new GetCallerIdentityCommand({}));
	const { Account = '', Arn = '' } = await withAwsErrors('look up the caller identity', call);
	return { account: Account, arn: Arn, partition: Arn.split(':')[1] ?? 'aws' };
}
