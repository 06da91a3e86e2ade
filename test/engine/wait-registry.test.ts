import { expect, test } from 'vitest';
import { registerWait, reportLongWaits } from '../../source/engine/wait-registry.ts';
import { waitFor } from '../helpers/wait-for.ts';

test('does not report a repeated wait with every attempt', async () => {
	const named: string[] = [];
	const stop = reportLongWaits(({ what }) => named.push(what), { firstMs: 1, everyMs: 600_000 });
	for (const attempt of ['first', 'second', 'third']) {
		const connection = registerWait('the SSH connection to 10.0.0.5');
		const other = registerWait(`what marks the ${attempt} attempt`);
		await waitFor('a heartbeat', () => named.includes(`what marks the ${attempt} attempt`));
		for (const wait of [connection, other]) wait.close();
	}
	stop();
	expect(named.filter((what) => what.includes('SSH'))).toHaveLength(1);
});
