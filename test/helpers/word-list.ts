/** A phrase that what operators read must not contain, and what to write instead. */
export interface Replacement {
	/** Matched without regard to case. */
	phrase: RegExp;
	instead: string;
}

const phrase = (pattern: string, instead: string): Replacement => ({
	phrase: new RegExp(`(?<![\\w-])(?:${pattern})(?![\\w-])`, 'i'),
	instead,
});

/** The words of this project's users are those of AWS, Terraform and Vault. */
export const wordList: readonly Replacement[] = [
	phrase('can(?:not)? be had|(?:is|are) to be had', 'is available, could not be resolved'),
	phrase('go(?:es|ing)? on|went on|gone on', 'continue, resume'),
	phrase('begin|begins|beginning|began|begun', 'start'),
	phrase('mend|mends|mended|mending', 'fix'),
	phrase('take it|takes it|take (?:the|another|a) (?:choice|word|value|name)', 'select, use'),
	phrase('leave (?:tfe-wizard|the (?:program|wizard|installer|guide))', 'quit'),
	phrase(
		'(?:lies|lie|lay|lying) (?:in|at|on|there|below|beside|beneath|under|here)',
		'is in, is stored in',
	),
	phrase('lies|lying', 'is'),
	phrase('machine|machines', 'instance, or: this computer'),
	phrase('(?<!load )balancer', 'load balancer'),
	phrase(
		'(?:is|are|was|were|be|been|being|gets) made|made (?:anew|again|first|by|in|of|from)',
		'created',
	),
	phrase('anew', 'again, recreated'),
	phrase('told|tells?|says so|said so', 'reported, reports'),
	phrase('looks? (?:at|around|into)|looked (?:at|around|into)', 'checks, polls'),
	phrase('will not do|will do|does not do', 'is not valid'),
	phrase('for want of', 'for lack of'),
	phrase('hangs? on|hung on', 'depends on'),
	phrase('apart', 'detached, separate'),
	phrase('meanwhile', 'in the meantime, at the same time'),
	phrase('in clear', 'in plaintext'),
	phrase('puts? out', 'outputs, prints'),
	phrase('brings? up|brought up|bring-up', 'starts, startup'),
	phrase('person|persons|people', 'operator, user, key holder'),
	phrase('practi[sc]es? on|practise|practises|practised', 'run locally in practice mode'),
	phrase('on this machine alone', 'locally'),
	phrase(
		'(?:rekey|share|shares|it|they) counts?|made to count|counts now|not count',
		'is committed',
	),
	phrase('br(?:oke|eaks?|oken) off', 'was interrupted'),
	phrase('keeps? (?:the value|this value|the answer)|kept (?:in|as|at)', 'store'),
	phrase('moment|moments', 'prompt, or: time'),
	phrase('sitting|sittings', 'session'),
	phrase('course', 'state'),
	phrase('ears?', 'input'),
	phrase('hears?|heard', 'handle'),
	phrase('say|says|said', 'report, show, state'),
	phrase('errands?', 'task'),
	phrase('talk|talks|talked', 'prompt'),
	phrase('(?:in|into) (?:your|our|their|its) (?:own )?hands', 'submitted shares'),
	phrase('nobody|somebody', 'no one; or name the subject'),
	phrase('whoever|whatever dies', 'name the subject'),
	phrase('(?:is|are) none of|is no (?:question|variable)', 'is not a valid …'),
	phrase('nothing like that', 'No matches'),
	phrase('nevertheless', 'anyway'),
	phrase('sealed (?:anew|again)', 'resealed'),
	phrase('stands? (?:sealed|open|ready|in)', 'is'),
	phrase('lets? (?:nobody|nothing|no one)', 'rejects'),
	phrase('stand-in', 'emulated Vault'),
	phrase('look-ups?', 'lookup'),
	phrase('still at it', 'still running'),
	phrase('as it should be', 'unchanged'),
	phrase('(?<=, )for (?:it|they|these)', 'because'),
	phrase('of today', 'current'),
	phrase('drop(?:s|ped)? everything', 'abort'),
	phrase('hung up|hangs up', 'closed the connection'),
	phrase('aforesaid|thereof|whereof|thence|hence|thereby', 'plain words'),
];

/** Names of an interface (answer keys, key bindings, files of a protocol) that stay as they are. */
const INTERFACE =
	/rekey\.custodians\.people|\bpeople:|review\.begin|'begin'|'stand-in'|\/errand\/|>begun|-e begun|'machine'/g;

/** What a text has that the list forbids, with its place in the text. */
export function forbiddenWords(text: string): { at: number; word: string; instead: string }[] {
	const prose = text.replace(INTERFACE, (name) => ' '.repeat(name.length));
	return wordList.flatMap(({ phrase, instead }) =>
		[...prose.matchAll(new RegExp(phrase, 'gi'))].map(({ index, 0: word }) => ({
			at: index,
			word,
			instead,
		})),
	);
}
