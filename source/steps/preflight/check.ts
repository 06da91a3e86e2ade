import type { CheckResult, Severity } from '../../engine/events.ts';
import type { Context } from '../services.ts';
import type { PreflightFacts } from './facts.ts';

export interface Finding {
	result: CheckResult;
	/** What was found, as a fact. */
	found: string;
	/** How to mend it: a command where there is one. */
	fix?: string;
	/** The check whose failure kept this one from being made. */
	blockedBy?: string;
	/** True: not a blocker to mend but a reason to refuse (exit 6), as a wrong account is. */
	refuse?: boolean;
	/** True: something outside did not answer in time (exit 8 when nothing else is wrong). */
	late?: boolean;
}

/** One preflight check. To add one, write an entry like the others and list it in checks.ts. */
export interface Check {
	/** Stable: waivers and scripts name it. */
	id: string;
	title: string;
	severity: Severity;
	/** It asks AWS, so without working credentials it has nothing to say. */
	asksAws?: true;
	/** Left out when false: the check has no meaning with these answers. */
	when?(context: Context): boolean;
	/** May throw: then the result is unknown, with the reason. Must change nothing. */
	run(context: Context, facts: PreflightFacts): Promise<Finding>;
}

export const pass = (found: string): Finding => ({ result: 'pass', found });
export const fail = (found: string, fix?: string): Finding => ({ result: 'fail', found, fix });
export const unknown = (found: string, fix?: string): Finding => ({
	result: 'unknown',
	found,
	fix,
});
export const refuse = (found: string, fix?: string): Finding => ({
	result: 'fail',
	found,
	fix,
	refuse: true,
});
