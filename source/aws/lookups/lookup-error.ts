import { WizardError } from '../../engine/errors.ts';
import { getAwsErrorCode, getAwsHttpStatus, isAccessDenied, toAwsError } from '../aws-errors.ts';

const LONGEST = 120;

/**
 * Formats a lookup error as one short line: `denied: ec2:DescribeSubnets`.
 *
 * @param action The requested IAM action; replaced by the one AWS names, if any.
 */
export function formatLookupError(thrown: unknown, action: string): string {
	if (thrown instanceof WizardError) return thrown.message;
	const text = thrown instanceof Error ? thrown.message : String(thrown);
	if (isAccessDenied(thrown)) {
		const named = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(text)?.[1];
		return `denied: ${named ?? action}`;
	}
	if (getAwsErrorCode(thrown) === 'TimeoutError') return 'AWS did not respond in time';
	if (getAwsErrorCode(thrown) === 'AbortError') return 'stopped';
	const { message } = toAwsError(thrown, action);
	const reason = message.slice(`Could not ${action}`.length).replace(/^: |\.$/g, '');
	if (reason !== '') return reason;
	const [code, status] = [getAwsErrorCode(thrown), getAwsHttpStatus(thrown)];
	// A response from something else, such as a proxy, has no AWS error code.
	const telling = !/^(Error|SyntaxError|Unknown)$/.test(code) || status === undefined;
	return oneLine(`${action} failed: ${telling ? `${code}: ${text}` : `status ${status}`}`);
}

function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 3)}...`;
}
