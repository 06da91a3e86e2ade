import type { CheckResult, CheckSeverity } from '../../engine/events.ts';
import type { Context } from '../services.ts';
import type { PreflightData } from './shared-data.ts';

export interface CheckFinding {
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
	severity: CheckSeverity;
	/** Calls AWS, so it is skipped without valid credentials. */
	asksAws?: true;
	/** Omitted when false: the check does not apply to these answers. */
	when?(context: Context): boolean;
	/** If it throws, the result is unknown, with the reason. Must not change anything. */
	run(context: Context, facts: PreflightData): Promise<CheckFinding>;
}

export const createPassFinding = (found: string): CheckFinding => ({ result: 'pass', found });
export const createFailFinding = (found: string, fix?: string): CheckFinding => ({
	result: 'fail',
	found,
	fix,
});
export const createUnknownFinding = (found: string, fix?: string): CheckFinding => ({
	result: 'unknown',
	found,
	fix,
});
export const createRefuseFinding = (found: string, fix?: string): CheckFinding => ({
	result: 'fail',
	found,
	fix,
	refuse: true,
});
