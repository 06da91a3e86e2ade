import { WizardError } from '../engine/errors.ts';
import { systemWords } from '../engine/system-errors.ts';

/** The AWS error code (`AccessDenied`, `NoSuchBucket`), or the class of failure. */
export function awsCode(thrown: unknown): string {
	const { name, Code, code } = (thrown ?? {}) as { name?: string; Code?: string; code?: string };
	if (code !== undefined && (name === undefined || name === 'Error')) return code;
	return Code ?? name ?? 'Unknown';
}

/** The HTTP status of a failed call, if there was a response. */
export function awsStatus(thrown: unknown): number | undefined {
	return (thrown as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata
		?.httpStatusCode;
}

const credentialCodes = new Set([
	'CredentialsProviderError',
	'ExpiredToken',
	'ExpiredTokenException',
	'InvalidClientTokenId',
	'UnrecognizedClientException',
	'SignatureDoesNotMatch',
	'AuthFailure',
]);

const networkCodes = new Set([
	'ENOTFOUND',
	'EAI_AGAIN',
	'ECONNREFUSED',
	'ECONNRESET',
	'ETIMEDOUT',
	'EHOSTUNREACH',
	'ENETUNREACH',
]);

const deniedCodes = new Set([
	'AccessDenied',
	'AccessDeniedException',
	'UnauthorizedOperation',
	'Forbidden',
]);

/** Whether AWS denied access: then the existence of the resource is unknown. */
export function isDenied(thrown: unknown): boolean {
	return deniedCodes.has(awsCode(thrown)) || awsStatus(thrown) === 403;
}

/**
 * Converts the error of an AWS call for the operator: the failed action, AWS's message and the next
 * command.
 *
 * @param what the action as an infinitive: "look up the subnets", "create bucket acme".
 */
export function awsProblem(thrown: unknown, what: string): WizardError {
	if (thrown instanceof WizardError) return thrown;
	const code = awsCode(thrown);
	if (code === 'AbortError') {
		return new WizardError('cancelled', {
			message: `Stopped while waiting for AWS to ${what}.`,
			cause: thrown,
			next: ['Run the same command again.'],
		});
	}
	const words = thrown instanceof Error ? thrown.message : String(thrown);
	if (code === 'TimeoutError') {
		return new WizardError('timeout', {
			message: `Could not ${what}: AWS did not respond in time (${words}).`,
			cause: thrown,
			next: ['Check the network and HTTPS_PROXY, then run the same command again: it resumes.'],
		});
	}
	const facts = { details: [`AWS reported: ${code}: ${words}`], cause: thrown };
	if (networkCodes.has(code)) {
		const { hostname } = thrown as { hostname?: string };
		return new WizardError('command', {
			message: `Could not ${what}: ${systemWords(thrown, hostname ?? 'AWS')} (${code}).`,
			details: [words],
			cause: thrown,
			next: ['Check the network and HTTPS_PROXY, then run the same command again.'],
		});
	}
	if (credentialCodes.has(code)) {
		return new WizardError('command', {
			message: `Could not ${what}: the AWS credentials are missing, expired or invalid.`,
			...facts,
			next: [
				'export AWS_PROFILE=NAME, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; if they have expired, sign in again (aws sso login --profile NAME)',
			],
		});
	}
	if (isDenied(thrown)) {
		return new WizardError('command', {
			message: `Could not ${what}: permission denied.`,
			...facts,
			next: ['Request the permission that AWS names, then run the same command again: it resumes.'],
		});
	}
	return new WizardError('command', {
		message: `Could not ${what}.`,
		...facts,
		next: ['Run the same command again: it resumes where it stopped.'],
	});
}
