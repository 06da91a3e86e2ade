import type { ErrorCode, ErrorResponsibility } from './errors.ts';

/** What a Terraform action does to a resource. */
export type ResourceAction =
	| 'create'
	| 'update'
	| 'delete'
	| 'replace'
	| 'read'
	| 'noop'
	| 'forget'
	| 'move';

/** Progress of one resource during an apply. */
export interface ResourceProgress {
	type: 'resource';
	address: string;
	action: ResourceAction;
	phase: 'started' | 'progress' | 'done' | 'failed';
	elapsedSeconds: number;
	/** How long this usually takes, in seconds: shortest and longest. */
	usualSeconds?: readonly [number, number];
	id?: string;
}

export interface Diagnostic {
	severity: 'error' | 'warning';
	summary: string;
	detail: string;
	address?: string;
	/** `file:line:column`, relative to the workspace. */
	range?: string;
	/** The source line that Terraform quotes. */
	snippet?: string;
}

export interface PlanCounts {
	create: number;
	update: number;
	delete: number;
	replace: number;
}

export interface PlanGroup {
	title: string;
	addresses: readonly string[];
}

export type CheckStatus = 'pass' | 'fail' | 'unknown';
export type CheckSeverity = 'blocker' | 'warning' | 'info';

/** The value of `blockedBy` for a check that waits for answers. */
export const BLOCKED_BY_ANSWERS = 'answers';

/** Everything that front ends receive from a run. The time is added where events leave the engine. */
export type EngineEvent =
	| {
			type: 'run.started';
			session: string;
			resumed: boolean;
			practice: boolean;
			steps: readonly string[];
			until?: string;
			folder: string;
	  }
	| { type: 'step.started'; step: string; title: string }
	| { type: 'step.skipped'; step: string; reason: string }
	| { type: 'step.done'; step: string; summary: string; seconds: number }
	| { type: 'step.failed'; step: string; seconds: number }
	| {
			type: 'check';
			step: string;
			id: string;
			title: string;
			severity: CheckSeverity;
			result: CheckStatus;
			found: string;
			fix?: string;
			/** The failed check that prevented this one; the result is then `unknown`. */
			blockedBy?: string;
	  }
	| { type: 'note'; step?: string; level: 'info' | 'warning'; text: string; log?: string }
	| {
			type: 'command';
			step: string;
			phase: 'started' | 'ended';
			argv: readonly string[];
			cwd?: string;
			log?: string;
			exitCode?: number;
			seconds?: number;
	  }
	/** The file with the JSON messages of the command that was announced last. */
	| { type: 'log'; step: string; path: string }
	| { type: 'change'; step: string; what: string; state: 'made' | 'kept' }
	| {
			type: 'plan';
			step: string;
			stack: string;
			counts: PlanCounts;
			groups: readonly PlanGroup[];
			/** Addresses that change in place. */
			updates: readonly string[];
			/** Addresses to destroy, or already missing and to be recreated. */
			destroys: readonly string[];
			file: string;
			approvedBy?: string;
	  }
	| (ResourceProgress & { step: string; stack: string })
	| { type: 'diagnostic'; step: string; diagnostic: Diagnostic }
	| { type: 'interrupt'; text: string }
	/** An external operation is still pending. */
	| { type: 'waiting'; what: string; seconds: number; limitSeconds?: number }
	| {
			type: 'run.done';
			session: string;
			until?: string;
			outputs: Readonly<Record<string, unknown>>;
			seconds: number;
			next: readonly string[];
	  }
	| {
			type: 'run.failed';
			fault: ErrorCode;
			kind: ErrorResponsibility;
			exitCode: number;
			message: string;
			expected?: string;
			details: readonly string[];
			place?: { file: string; line: number; column: number };
			log?: string;
			next: readonly string[];
			missing?: readonly { key: string; label: string }[];
	  };

export type CheckEvent = Extract<EngineEvent, { type: 'check' }>;
