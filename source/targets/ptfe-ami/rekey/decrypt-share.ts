import { runSecretCommand } from '../../../engine/answers/secret-reference.ts';
import { buildChildEnvironment } from '../../../engine/child-environment.ts';
import { WizardError } from '../../../engine/errors.ts';
import { limits } from '../../../engine/limits.ts';
import { SecretBytes } from '../../../engine/secret-bytes.ts';
import { quoteShellWord } from '../../../engine/shell-quote.ts';
import { quoteExternalLines } from '../../../engine/terminal-escape.ts';
import { trackWait } from '../../../engine/wait-registry.ts';
import { type Context, getAnswerList } from '../../../steps/services.ts';
import { redactShares } from '../../../vault/redact-shares.ts';

const KEY = 'rekey.custodians.open_with';

/** The decrypt command of the answers for one share; undefined if none is set. */
export function getDecryptCommand(
	context: Pick<Context, 'answers'>,
	custodian: string,
	file: string,
): string[] | undefined {
	const words = getAnswerList(context, KEY);
	if (words.length === 0) return undefined;
	// One pass with a function, so that `$` and braces in a path have no special meaning.
	const values: Readonly<Record<string, string>> = { custodian, file };
	return words.map((word) =>
		word.replace(/\{(custodian|file)\}/g, (found, name: string) => values[name] ?? found),
	);
}

/** Decrypts a key holder's share with the command of the answers; undefined if none is set. */
export function createShareDecrypter(
	context: Context,
): ((custodian: string, file: string) => Promise<SecretBytes>) | undefined {
	if (getDecryptCommand(context, '', '') === undefined) return undefined;
	return async (custodian, file) => {
		const argv = getDecryptCommand(context, custodian, file) ?? [];
		const run = () =>
			runSecretCommand(argv, {
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
			next: [
				argv.map(quoteShellWord).join(' '),
				`tfe-wizard rekey --session ${context.session.name}`,
			],
		});
	};
}
