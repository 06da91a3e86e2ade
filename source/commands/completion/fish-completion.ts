import {
	type CompletedFlag,
	type CompletionWords,
	getFirstWords,
	quoteForShell,
	type WordKind,
} from './completion-words.ts';

export function formatFishCompletion(words: CompletionWords): string {
	const { commands, groups, flagsWithoutCommand } = words;
	const line = (command: string, ...rest: string[]) =>
		['complete -c tfe-wizard', `-n ${quoteForShell(`__tfe_wizard_is "${command}"`)}`, ...rest].join(
			' ',
		);
	const word = (before: string, { name, summary }: { name: string; summary: string }) =>
		line(before, `-a ${name}`, `-d ${quote(summary)}`);
	const wizard = commands.find(({ name }) => name === 'wizard');
	const known = new Set(wizard?.flags.map(({ name }) => name));
	return `${formatHelpers(groups.map(({ name }) => name))}
complete -c tfe-wizard -f
${[
	...getFirstWords(words).map((entry) => word('', entry)),
	...groups.flatMap(({ name, members }) => members.map((member) => word(name, member))),
	...[...(wizard?.flags ?? []), ...flagsWithoutCommand.filter(({ name }) => !known.has(name))].map(
		(flag) => line('', formatFlag(flag)),
	),
	...commands.flatMap(({ name, flags, operand }) => [
		...flags.map((flag) => line(name, formatFlag(flag))),
		...(operand === undefined ? [] : [line(name, formatArguments(operand, ''))]),
	]),
].join('\n')}
`;
}

const formatHelpers = (groups: readonly string[]): string => `# fish completion for tfe-wizard

# Whether the words before the cursor select this command.
function __tfe_wizard_is --argument-names command
	set -l typed (commandline -opc)
	set -e typed[1]
	switch "$typed[1]"
		case ${groups.join(' ')}
			test "$typed[1..2]" = "$command"
		case '-*'
			test "$command" = wizard
		case '*'
			test "$typed[1]" = "$command"
	end
end

function __tfe_wizard_sessions
	set -l typed (commandline -opc)
	set -l home $TFE_WIZARD_HOME
	for index in (seq 2 (count $typed))
		if test "$typed[$index]" = --home
			set home $typed[(math $index + 1)]
		else if string match -q -- '--home=*' $typed[$index]
			set home (string replace -- --home= '' $typed[$index])
		end
	end
	if test -z "$home"
		set -l data $HOME/.local/share
		test -n "$XDG_DATA_HOME"; and set data $XDG_DATA_HOME
		test (uname) = Darwin; and set data "$HOME/Library/Application Support"
		set home $data/tfe-wizard
	end
	set home (string replace -r '^~' $HOME -- $home)
	for path in $home/sessions/*/
		basename $path
	end
end
`;

const formatFlag = ({ name, short, help, value }: CompletedFlag): string =>
	[
		`-l ${name}`,
		...(short === undefined ? [] : [`-s ${short}`]),
		...(value === undefined ? [] : [formatArguments(value, '-x')]),
		`-d ${quote(help)}`,
	].join(' ');

/** @param required `-x` for the value of a flag: required, and no files. */
function formatArguments(kind: WordKind, required: '-x' | ''): string {
	if (kind === 'file') return required === '-x' ? '-r -F' : '-F';
	const words =
		kind === 'directory'
			? '(__fish_complete_directories (commandline -ct))'
			: kind === 'session'
				? '(__tfe_wizard_sessions)'
				: kind === 'text'
					? ''
					: kind.join(' ');
	return [required, words === '' ? '' : `-a ${quote(words)}`].filter((one) => one !== '').join(' ');
}

/** fish interprets backslashes in single quotes. */
const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
