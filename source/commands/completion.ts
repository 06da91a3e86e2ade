import { writeDocument } from '../reporters/output.ts';
import { defaultTarget } from '../targets/registry.ts';
import type { CommandContext, CommandTable } from './command-context.ts';
import { formatBashCompletion } from './completion/bash-completion.ts';
import { type CompletionWords, getCompletionWords } from './completion/completion-words.ts';
import { formatFishCompletion } from './completion/fish-completion.ts';
import { formatZshCompletion } from './completion/zsh-completion.ts';

const formatters: Readonly<Record<string, (words: CompletionWords) => string>> = {
	bash: formatBashCompletion,
	zsh: formatZshCompletion,
	fish: formatFishCompletion,
};

/** Formats the completion script of a shell that the command table lists. */
export function formatCompletionScript(shell: string, table: CommandTable): string {
	const steps = defaultTarget.steps.map(({ id }) => id);
	return formatters[shell]?.(getCompletionWords(table, steps)) ?? '';
}

/** `tfe-wizard completion` */
export async function completionCommand(
	{ streams, operands }: CommandContext,
	table: CommandTable,
): Promise<number> {
	writeDocument(streams.out, formatCompletionScript(operands[0] ?? '', table));
	return 0;
}
