import {
	type CompletedFlag,
	type CompletionWords,
	getFirstWords,
	getFlagSpellings,
	getFlagValues,
	groupByKind,
	quoteForShell,
	type WordKind,
} from './completion-words.ts';

export function formatZshCompletion(words: CompletionWords): string {
	const { commands, groups, flagsWithoutCommand } = words;
	const wizardFlags = commands.find(({ name }) => name === 'wizard')?.flags ?? [];
	const extra = flagsWithoutCommand.filter(
		({ name }) => !wizardFlags.some((flag) => flag.name === name),
	);
	const operands = commands.flatMap(({ name, operand }): [string, WordKind][] =>
		operand === undefined ? [] : [[name, operand]],
	);
	return `#compdef tfe-wizard

${SESSIONS}
function _tfe_wizard() {
	local command=$words[2] previous=$words[CURRENT-1]
	local -a entries
	if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then
		entries=(
${formatEntries(getFirstWords(words), 3)}
		)
		_describe command entries
		return
	fi
	case $command in
${groups
	.map(
		({ name, members }) => `	(${name})
		if (( CURRENT == 3 )) && [[ $PREFIX != -* ]]; then
			entries=(
${formatEntries(members, 4)}
			)
			_describe command entries
			return
		fi
		command="$command $words[3]"
		;;`,
	)
	.join('\n')}
	(-*) command=wizard ;;
	esac
	if [[ $PREFIX == --*=* ]]; then
		previous=\${PREFIX%%=*}
		compset -P '*='
	fi
	case "$command $previous" in
${formatBranches(groupByKind(getFlagValues(words)))}
	esac
	if [[ $PREFIX != -* ]]; then
		case $command in
${formatBranches(groupByKind(operands))}
		esac
	fi
	case $command in
${commands
	.map(
		({ name, flags }) => `	(${quoteForShell(name)})
		entries=(
${formatEntries(flags.flatMap(toEntries), 3)}
		)
		;;`,
	)
	.join('\n')}
	(*) return 1 ;;
	esac
	if (( CURRENT == 2 )); then
		entries+=(
${formatEntries(extra.flatMap(toEntries), 3)}
		)
	fi
	_describe -o flag entries
}

# zsh autoloads this file as a function; "source" defines it instead.
if [[ $funcstack[1] == _tfe_wizard ]]; then
	_tfe_wizard "$@"
else
	compdef _tfe_wizard tfe-wizard
fi
`;
}

const SESSIONS = `function _tfe_wizard_sessions() {
	local home=$TFE_WIZARD_HOME index
	local -a names
	for (( index = 2; index < $#words; index++ )); do
		if [[ $words[index] == --home ]]; then
			home=\${(Q)words[index+1]}
		elif [[ $words[index] == --home=* ]]; then
			home=\${(Q)words[index]#--home=}
		fi
	done
	if [[ -z $home && $OSTYPE == darwin* ]]; then
		home="$HOME/Library/Application Support/tfe-wizard"
	elif [[ -z $home ]]; then
		home=\${XDG_DATA_HOME:-$HOME/.local/share}/tfe-wizard
	fi
	home=\${home/#\\~/$HOME}
	names=($home/sessions/*(N-/:t))
	compadd -a names
}
`;

const toEntries = (flag: CompletedFlag) =>
	getFlagSpellings(flag).map((name) => ({ name, summary: flag.help }));

const formatEntries = (
	entries: readonly { name: string; summary: string }[],
	indent: number,
): string =>
	entries
		.map(({ name, summary }) => `${'\t'.repeat(indent)}${quoteForShell(`${name}:${summary}`)}`)
		.join('\n');

function formatBranches(groups: readonly [WordKind, readonly string[]][]): string {
	return groups
		.map(
			([kind, labels]) => `	(${labels.map(quoteForShell).join('|')})
		${formatAction(kind)}
		return
		;;`,
		)
		.join('\n');
}

function formatAction(kind: WordKind): string {
	if (kind === 'file') return '_files';
	if (kind === 'directory') return '_files -/';
	if (kind === 'session') return '_tfe_wizard_sessions';
	return kind === 'text' ? '_message value' : `compadd -- ${kind.join(' ')}`;
}
