import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutFailure } from '../../screens/failure-screen.tsx';
import type { Choice } from '../../source/wizard/wizard-view-model.ts';

const long = 'resume with: tfe-wizard --session a-name-that-is-as-long-as-a-name-may-be';

test('shows every choice and never exceeds the height', () => {
	const choice = fc.record({
		value: fc.string(),
		label: fc.string({ minLength: 1, maxLength: 40 }),
	});
	fc.assert(
		fc.property(
			fc.array(choice, { minLength: 1, maxLength: 5 }),
			fc.integer({ min: 12, max: 40 }),
			fc.integer({ min: 38, max: 118 }),
			fc.integer({ min: 1, max: 30 }),
			fc.nat(60),
			(plain, height, width, cause, details) => {
				const choices: Choice[] = plain.map((item) => ({ ...item, hint: long }));
				const room = layoutFailure({ height, width, cause, details, choices });
				expect(room.list).toBe(choices.length);
				expect(
					room.cause + room.details + room.list + room.aside + (room.gaps ? 2 : 0),
				).toBeLessThanOrEqual(height);
				expect(room.cause).toBeGreaterThan(0);
			},
		),
	);
});
