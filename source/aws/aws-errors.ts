import { WizardError } from '../engine/errors.ts';
import { formatSystemError } from '../engine/system-errors.ts';

/** The AWS error code (`AccessDenied`, `NoSuchBucket`), or the class of failure. */
export function getAwsErrorCode(thrown: unknown): string {
	const { name, Code, code } = (thrown ?? {}) as { name?: string; Code?: string; code?: string };
	if (code !== undefined && (name === undefined || name === 'Error')) return code;
	return Code ?? name ?? 'Unknown';
}

/** The HTTP status of a failed call, if there was a response. */
export function getAwsHttpStatus(thrown: unknown): number | undefined {
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
export function isAccessDenied(thrown: unknown): boolean {
	return deniedCodes.has(getAwsErrorCode(thrown)) || getAwsHttpStatus(thrown) === 403;
}

/**
 * Converts the error of an AWS call for the operator: the failed action, AWS's message and the next
 * command.
 *
 * @param attempt the action as an infinitive: "look up the subnets", "create bucket acme".
 */
export function convertAwsError(thrown: unknown, attempt: string): WizardError {
	if (thrown instanceof WizardError) return thrown;
	const code = getAwsErrorCode(thrown);
	if (code === 'AbortError') {
		return new WizardError('cancelled', {
			message: `Stopped while waiting for AWS to ${attempt}.`,
			cause: thrown,
			next: ['Run the same command again.'],
		});
	}
	const message = thrown instanceof Error ? thrown.message : String(thrown);
	if (code === 'TimeoutError') {
		return new WizardError('timeout', {
			message: `Could not ${attempt}: AWS did not respond in time (${message}).`,
			cause: thrown,
			next: ['Check the network and HTTPS_PROXY, then run the same command again: it resumes.'],
		});
	}
	const facts = { details: [`AWS reported: ${code}: ${message}`], cause: thrown };
	if (networkCodes.has(code)) {
		const { hostname } = thrown as { hostname?: string };
		return new WizardError('command', {
			message: `Could not ${attempt}: ${formatSystemError(thrown, hostname ?? 'AWS')} (${code}).`,
			details: [message],
			cause: thrown,
			next: ['Check the network and HTTPS_PROXY, then run the same command again.'],
		});
	}
	if (credentialCodes.has(code)) {
		return new WizardError('command', {
			message: `Could not ${attempt}: the AWS credentials are missing, expired or invalid.`,
			...facts,
			next: [
				'export AWS_PROFILE=NAME, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; if they have expired, sign in again (aws sso login --profile NAME)',
			],
		});
	}
	if (isAccessDenied(thrown)) {
		return new WizardError('command', {
			message: `Could not ${attempt}: permission denied.`,
			...facts,
			next: ['Request the permission that AWS names, then run the same command again: it resumes.'],
		});
	}
	return new WizardError('command', {
		message: `Could not ${attempt}.`,
		...facts,
		next: ['Run the same command again: it resumes where it stopped.'],
	});
}

/** The codes of S3 for an object that does not exist, or whose bucket does not. */
export const MISSING_OBJECT = /^(NoSuchKey|NoSuchBucket|NotFound)$/;

/**
 * Waits for an AWS call; undefined if its error code means that something does not exist.
 *
 * @param missing Matches these codes: `/^NoSuchKey$/`.
 */
export async function undefinedIfMissing<T>(
	call: Promise<T>,
	missing: RegExp,
): Promise<T | undefined> {
	try {
		return await call;
	} catch (thrown) {
		if (missing.test(getAwsErrorCode(thrown))) return undefined;
		throw thrown;
	}
}

/** Waits for AWS calls and converts their errors for the operator; see `convertAwsError`. */
export async function withAwsErrors<T>(attempt: string, calls: Promise<T>): Promise<T> {
	try {
		return await calls;
	} catch (thrown) {
		throw convertAwsError(thrown, attempt);
	}
}
