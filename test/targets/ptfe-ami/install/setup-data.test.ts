import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	parseSetupMarker,
	parseSetupPassword,
	renderSetupData,
} from '../../../../source/targets/ptfe-ami/install/setup-data.ts';
import { hostileText } from '../../../helpers/hostile-terraform-text.ts';

const outputs = {
	installation_id: '0123456789ab',
	database_host: 'db.example.com',
	database_port: 5432,
	database_username: 'of_the_snapshot',
	bucket_name: 'acme-tfe',
};
const settings = { fqdn: 'tfe.example.com', db_username: 'atlas', db_password_version: 3 };
const lines = (facts: Parameters<typeof renderSetupData>[0]) => renderSetupData(facts).split('\n');

describe('setup data', () => {
	test('starts with the marker that the instance waits for', () => {
		const text = renderSetupData({ outputs, settings, password: 'secret-1' });
		expect(text.split('\n').slice(0, 2)).toEqual([
			'#!/bin/bash',
			"TFE_WIZARD_SETUP=$'0123456789ab/3'",
		]);
		expect(parseSetupMarker(text)).toBe('0123456789ab/3');
		expect(parseSetupMarker("#!/bin/bash\nDATABASE_USER=$'atlas'\n")).toBeUndefined();
	});

	test('uses password version 1 if no version is set, as with local_db', () => {
		const { db_password_version: _, ...others } = settings;
		const facts = { outputs, settings: others, password: '' };
		expect(lines(facts)[1]).toBe("TFE_WIZARD_SETUP=$'0123456789ab/1'");
	});

	test('contains the actual database user, which may differ from the answer after a restore', () => {
		const facts = { outputs, settings, password: 'secret-1' };
		expect(lines(facts)).toContain("DATABASE_USER=$'of_the_snapshot'");
		const without = { ...facts, outputs: { ...outputs, database_username: '' } };
		expect(lines(without)).toContain("DATABASE_USER=$'atlas'");
	});

	test('is read unchanged by bash and by passwordIn', () => {
		const password = "it's \\n $HOME `id`";
		const text = renderSetupData({ outputs, settings, password });
		const script = `${text}\nprintf '%s|%s|%s' "$TFE_WIZARD_SETUP" "$DATABASE_HOST" "$DATABASE_PASSWORD"`;
		const read = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
		expect(read).toBe(`0123456789ab/3|db.example.com:5432|${password}`);
		expect(parseSetupPassword(text)).toBe(password);
	});

	test('escapes any text so that bash and passwordIn read the same value', () => {
		fc.assert(
			fc.property(fc.array(hostileText, { minLength: 20, maxLength: 20 }), (texts) => {
				const names = texts.map((_, index) => `V${index}`);
				const all = texts.map((text) => {
					const data = renderSetupData({ outputs: {}, settings: { fqdn: text }, password: text });
					expect(parseSetupPassword(data)).toBe(text);
					return data;
				});
				const script = all.map((data, index) => `${data}\nV${index}=$TFE_HOSTNAME\n`).join('');
				const print = `printf '%s\\0' ${names.map((name) => `"$${name}"`).join(' ')}`;
				const read = execFileSync('bash', ['-c', `${script}\n${print}`], { encoding: 'utf8' });
				expect(read.split('\0').slice(0, -1)).toEqual(texts);
			}),
			{ numRuns: 10, endOnFailure: true },
		);
	});
});
