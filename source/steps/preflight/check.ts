import type { CheckResult, Severity } from '../../engine/events.ts';
import type { Context } from '../services.ts';
import type { PreflightFacts } from './facts.ts';

export interface Finding {
	result: CheckResult;
	/** What was found, as a fact. */
	found: string;
	/** How to fix it: a command where there is one. */
	fix?: string;
	/** The check whose failure caused this one to be skipped. */
	blockedBy?: string;
	/** True: not a blocker to fix but a reason to refuse (exit 6), such as a wrong account. */
	refuse?: boolean;
	/** True: an external system timed out (exit 8 when nothing else is wrong). */
	late?: boolean;
}

/** One preflight check. To add one, write an entry like the others and list it in checks.ts. */
export interface Check {
	/** Stable, because waivers and scripts refer to it. */
	id: string;
	title: string;
	severity: Severity;
	/** Calls AWS, so it is skipped without valid credentials. */
	asksAws?: true;
	/** Omitted when false: the check does not apply to these answers. */
	when?(context: Context): boolean;
	/** If it throws, the result is unknown, with the reason. Must not change anything. */
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
