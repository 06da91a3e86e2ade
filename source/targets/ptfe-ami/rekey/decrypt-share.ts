import { runSecretCommand } from '../../../engine/answers/resolve-secret-reference.ts';
import { buildChildEnvironment } from '../../../engine/child-environment.ts';
import { WizardError } from '../../../engine/errors.ts';
import { quoteExternalLines } from '../../../engine/escape-for-terminal.ts';
import { limits } from '../../../engine/limits.ts';
import { SecretBytes } from '../../../engine/secret-bytes.ts';
import { quoteShellWord } from '../../../engine/shell-quote.ts';
import { trackWait } from '../../../engine/wait-registry.ts';
import { type Context, getAnswerList } from '../../../steps/step-context.ts';
import type { CeremonyOptions } from '../../../vault/ceremony/ceremony-ports.ts';
import { redactShares } from '../../../vault/redact-shares.ts';

const KEY = 'rekey.custodians.open_with';

/** The decrypt command of the answers for one share; empty if none is set. */
export function getDecryptCommand(
	context: Pick<Context, 'answers'>,
	custodian: string,
	file: string,
): string[] {
	// One pass with a function, so that `$` and braces in a path have no special meaning.
	const values: Readonly<Record<string, string>> = { custodian, file };
	return getAnswerList(context, KEY).map((word) =>
		word.replace(/\{(custodian|file)\}/g, (found, name: string) => values[name] ?? found),
	);
}

/** How shares are decrypted with the command of the answers; without an operator, by this program. */
export function createShareDecryptOptions(
	context: Context,
): Pick<CeremonyOptions, 'openCommand' | 'decrypt'> {
	if (getDecryptCommand(context, '', '').length === 0) return {};
	const openCommand = (custodian: string, file: string) =>
		getDecryptCommand(context, custodian, file).map(quoteShellWord).join(' ');
	if (context.services.ceremonyOperator !== undefined) return { openCommand };
	const decrypt = async (custodian: string, file: string): Promise<SecretBytes> => {
		const run = () =>
			runSecretCommand(getDecryptCommand(context, custodian, file), {
				cwd: context.services.baseFolder,
				environment: buildChildEnvironment({
					for: 'operator',
					inherited: context.services.environment,
				}),
				signal: context.cancel.gentle,
			});
		const what = `the command of ${KEY} for ${custodian}`;
		const { stdout, stderr, failure, stopped } = await trackWait(what, limits.secretCommandMs, run);
		if (failure === undefined) return new SecretBytes(stdout);
		stdout.fill(0);
		throw new WizardError(stopped ?? 'command', {
			message: `${KEY}: the command for ${custodian} ${failure}.`,
			// stderr may contain the share, for example from a script with tracing enabled.
			details:
				stderr.trim() === '' ? [] : quoteExternalLines(redactShares(stderr).trim()).slice(-5),
			expected: 'the key share on standard output',
			next: [openCommand(custodian, file), `tfe-wizard rekey --session ${context.session.name}`],
		});
	};
	return { openCommand, decrypt };
}
