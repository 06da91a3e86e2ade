import {
	type CompletionWords,
	getFirstWords,
	getFlagSpellings,
	getFlagValues,
	groupByKind,
	quoteForShell,
	type WordKind,
} from './completion-words.ts';

/** Works with bash 3.2 or later, which macOS has; `compopt` exists since bash 4. */
export function formatBashCompletion(words: CompletionWords): string {
	const { commands, groups, flagsWithoutCommand } = words;
	const first = getFirstWords(words).map(({ name }) => name);
	const flags = new Map(
		commands.map(({ name, flags }) => [name, flags.flatMap(getFlagSpellings)] as const),
	);
	const withoutCommand = new Set([
		...(flags.get('wizard') ?? []),
		...flagsWithoutCommand.flatMap(getFlagSpellings),
	]);
	const operands = commands.flatMap(({ name, operand }): [string, WordKind][] =>
		operand === undefined ? [] : [[name, operand]],
	);
	return `# bash completion for tfe-wizard

${SESSIONS}
function _tfe_wizard_words() {
	COMPREPLY=($(compgen -P "$prefix" -W "$1" -- "$cur"))
}

# The shell itself completes paths, including quotes and "~".
function _tfe_wizard_paths() {
	if type compopt >/dev/null 2>&1; then
		compopt -o "$1"
	elif [[ $1 == dirnames ]]; then
		COMPREPLY=($(compgen -d -- "$cur"))
	else
		COMPREPLY=($(compgen -f -- "$cur"))
	fi
}

function _tfe_wizard() {
	local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
	local command=\${COMP_WORDS[1]} prefix=
	COMPREPLY=()
	if ((COMP_CWORD == 1)) && [[ $cur != -* ]]; then
		_tfe_wizard_words '${first.join(' ')}'
		return
	fi
	case $command in
${groups
	.map(
		({ name, members }) => `	${name})
		if ((COMP_CWORD == 2)) && [[ $cur != -* ]]; then
			_tfe_wizard_words '${members.map((member) => member.name).join(' ')}'
			return
		fi
		command="$command \${COMP_WORDS[2]}"
		;;`,
	)
	.join('\n')}
	-*) command=wizard ;;
	esac
	# "--flag=value" is three words if COMP_WORDBREAKS contains "=", and one word otherwise.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=\${COMP_WORDS[COMP_CWORD - 2]}
	elif [[ $cur == --*=* ]]; then
		prefix=\${cur%%=*}= prev=\${cur%%=*} cur=\${cur#*=}
	fi
	case "$command $prev" in
${formatBranches(groupByKind(getFlagValues(words)))}
	esac
	if [[ $cur == -* ]]; then
		if ((COMP_CWORD == 1)); then
			_tfe_wizard_words '${[...withoutCommand].join(' ')}'
			return
		fi
		case $command in
${[...flags]
	.map(([name, spellings]) => `		'${name}') _tfe_wizard_words '${spellings.join(' ')}' ;;`)
	.join('\n')}
		esac
		return
	fi
	case $command in
${formatBranches(groupByKind(operands))}
	esac
}

complete -F _tfe_wizard tfe-wizard
`;
}

const SESSIONS = `function _tfe_wizard_sessions() {
	local home=\${TFE_WIZARD_HOME:-} index path
	for ((index = 1; index < \${#COMP_WORDS[@]}; index++)); do
		[[ \${COMP_WORDS[index]} == --home ]] || continue
		home=\${COMP_WORDS[index + 1]:-}
		[[ $home == = ]] && home=\${COMP_WORDS[index + 2]:-}
	done
	if [[ -z $home && $OSTYPE == darwin* ]]; then
		home="$HOME/Library/Application Support/tfe-wizard"
	elif [[ -z $home ]]; then
		home=\${XDG_DATA_HOME:-$HOME/.local/share}/tfe-wizard
	fi
	home=\${home/#\\~/$HOME}
	for path in "$home"/sessions/*/; do
		[[ -d $path ]] && path=\${path%/} && printf '%s\\n' "\${path##*/}"
	done
}
`;

function formatBranches(groups: readonly [WordKind, readonly string[]][]): string {
	return groups
		.map(
			([kind, labels]) => `	${labels.map(quoteForShell).join(' | ')})
		${formatAction(kind)}
		return
		;;`,
		)
		.join('\n');
}

function formatAction(kind: WordKind): string {
	if (kind === 'file') return '_tfe_wizard_paths default';
	if (kind === 'directory') return '_tfe_wizard_paths dirnames';
	if (kind === 'session') return '_tfe_wizard_words "$(_tfe_wizard_sessions)"';
	return kind === 'text' ? ':' : `_tfe_wizard_words '${kind.join(' ')}'`;
}
