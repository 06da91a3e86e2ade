import { expect, it } from 'vitest';
import { Custodians } from './helpers/custodians.ts';
import {
	expectNothingSecret,
	installedForCustodians,
	REKEY,
	rekeyInOneSitting,
} from './helpers/guided-rekey.ts';
import { sittings } from './helpers/sittings.ts';

it('passes no key, key share or passphrase to any program during a rekey in the wizard', async () => {
	const { home, cloud, session } = await installedForCustodians();
	const custodians = new Custodians();
	const at = sittings(home, { columns: 80, rows: 24 }, { traced: true });
	try {
		await rekeyInOneSitting(at, REKEY, custodians);
		expect(custodians.notes.size).toBe(3);
		await expectNothingSecret(at, custodians, { home, s3: cloud.s3 });
	} finally {
		at.end();
		await session.stop();
		await cloud.stop();
	}
});
