import { expect, it } from 'vitest';
import { Custodians } from './helpers/custodians.ts';
import { createTerminalRecorder } from './helpers/terminal-recorder.ts';
import {
	completeRekey,
	createInstalledSessionWithoutKeys,
	expectNoSecret,
	REKEY_ARGUMENTS,
} from './helpers/wizard-rekey.ts';

it('passes no key, key share or passphrase to any program during a rekey in the wizard', async () => {
	const { home, cloud, session } = await createInstalledSessionWithoutKeys();
	const custodians = new Custodians();
	const at = createTerminalRecorder(home, { columns: 80, rows: 24 }, { traced: true });
	try {
		await completeRekey(at, REKEY_ARGUMENTS, custodians);
		expect(custodians.notes.size).toBe(3);
		await expectNoSecret(at, custodians, { home, s3: cloud.s3 });
	} finally {
		at.end();
		await session.stop();
		await cloud.stop();
	}
});
