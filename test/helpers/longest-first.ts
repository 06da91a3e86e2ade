import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Test files that take minutes, longest first. Begun last, one of them would be waited for alone
 * at the end. Vitest goes by size where it has never run, and size says nothing here: most of
 * their time is the AWS provider's, which waits as long for a practice cloud as for AWS.
 */
const LONG = [
	'e2e/kill.test.ts',
	'e2e/practice.test.ts',
	'e2e/guided-walk.test.ts',
	'templates/installation.system.test.ts',
	'e2e/faults.test.ts',
	'e2e/guided-leave.test.ts',
	'e2e/interrupt.test.ts',
	'e2e/guided-lines.test.ts',
	'e2e/guided-parity.test.ts',
	'e2e/state.test.ts',
];

/** Vitest's own order, but for the files above: they come before all others of their project. */
export class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const sorted = await super.sort(files);
		const first = sorted.findIndex(({ project }) => project.name === 'system');
		if (first < 0) return sorted;
		const system = sorted.slice(first);
		const long = LONG.flatMap((name) =>
			system.filter(({ moduleId }) => moduleId.endsWith(`/test/${name}`)),
		);
		return [...sorted.slice(0, first), ...long, ...system.filter((file) => !long.includes(file))];
	}
}
