import { WizardError } from '../../engine/errors.ts';
import { awsCode, awsProblem, awsStatus, isDenied } from '../problem.ts';

const LONGEST = 120;

/**
 * Formats a lookup error as one short line: `denied: ec2:DescribeSubnets`.
 *
 * @param action The requested IAM action; replaced by the one AWS names, if any.
 */
export function lookUpProblem(thrown: unknown, action: string): string {
	if (thrown instanceof WizardError) return thrown.message;
	const words = thrown instanceof Error ? thrown.message : String(thrown);
	if (isDenied(thrown)) {
		const named = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(words)?.[1];
		return `denied: ${named ?? action}`;
	}
	if (awsCode(thrown) === 'TimeoutError') return 'AWS did not respond in time';
	if (awsCode(thrown) === 'AbortError') return 'stopped';
	const { message } = awsProblem(thrown, action);
	const reason = message.slice(`Could not ${action}`.length).replace(/^: |\.$/g, '');
	if (reason !== '') return reason;
	const [code, status] = [awsCode(thrown), awsStatus(thrown)];
	// A response from something else, such as a proxy, has no AWS error code.
	const telling = !/^(Error|SyntaxError|Unknown)$/.test(code) || status === undefined;
	return oneLine(`${action} failed: ${telling ? `${code}: ${words}` : `status ${status}`}`);
}

function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 3)}...`;
}
