import { WizardError } from '../../engine/errors.ts';
import { awsCode, awsProblem, awsStatus, isDenied } from '../problem.ts';

const LONGEST = 120;

/**
 * Why a look-up failed, in a few words on one line: `denied: ec2:DescribeSubnets`.
 *
 * @param action What was asked, as IAM spells it; where AWS itself names one, that is told.
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
	// An answer that is none of AWS's own, from a proxy for instance, has no code.
	const telling = !/^(Error|SyntaxError|Unknown)$/.test(code) || status === undefined;
	return oneLine(`${action} failed: ${telling ? `${code}: ${words}` : `status ${status}`}`);
}

function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 3)}...`;
}
