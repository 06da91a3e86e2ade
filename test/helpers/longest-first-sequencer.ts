import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Test files that take minutes, longest first, so that none of them runs alone at the end. Vitest
 * sorts by file size on a first run, which says nothing here: most of the time is spent in the AWS
 * provider, which polls the practice cloud as slowly as AWS.
 */
const LONG = [
	'e2e/practice.test.ts',
	'e2e/interruptions.test.ts',
	'e2e/wizard-install.test.ts',
	'e2e/state.test.ts',
	'e2e/wizard-quit.test.ts',
	'e2e/refusals.test.ts',
	'e2e/line-mode.test.ts',
	'e2e/rekey-kill.test.ts',
	'targets/queue/queue.system.test.ts',
	'e2e/child-environments.test.ts',
	'e2e/rekey-refusals.test.ts',
	'e2e/kill.long.test.ts',
	'templates/installation.long.test.ts',
	'e2e/line-mode.long.test.ts',
	'e2e/wizard-parity.long.test.ts',
];

/** Vitest's order, with the files above first in their project. */
export class LongestFirstSequencer extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const sorted = await super.sort(files);
		const first = sorted.findIndex(({ project }) => project.name !== 'unit');
		if (first < 0) return sorted;
		const system = sorted.slice(first);
		const long = LONG.flatMap((name) =>
			system.filter(({ moduleId }) => moduleId.endsWith(`/test/${name}`)),
		);
		return [...sorted.slice(0, first), ...long, ...system.filter((file) => !long.includes(file))];
	}
}
