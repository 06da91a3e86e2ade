import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import {
	CreateBucketCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import { parse, stringify } from 'yaml';
import { formatProblem } from '../../../source/engine/answers/answers-problem.ts';
import { parseAnswers } from '../../../source/engine/answers/parse-answers.ts';
import { checkAnswers } from '../../../source/engine/answers/resolve-and-check-answers.ts';
import { SecretRegistry } from '../../../source/engine/secret-registry.ts';
import { Session } from '../../../source/engine/session/session.ts';
import type { InstanceReadyFile } from '../../../source/practice/instance/instance-layout.ts';
import { createCustodianKeys } from '../../../source/targets/ptfe-ami/practice/custodian-keys.ts';
import { formatPracticeAnswers } from '../../../source/targets/ptfe-ami/practice/target-practice.ts';
import { getTargetOrDefault } from '../../../source/targets/registry.ts';
import { startFaultProxy } from '../../doubles/fault-proxy.ts';
import { cliPath, runWizard } from './run-wizard.ts';
import * as cloud from './test-cloud.ts';

const BUCKET = 'tfe-tfe.practice.example-data';
const seeds = {
	...{ account: '123456789012', region: cloud.REGION, keyName: 'practice', zoneId: 'Z1EXAMPLE' },
	...{ zoneName: 'practice.example', amiId: 'ami-785db401', fqdn: 'tfe.practice.example' },
	certificateArn:
		'arn:aws:acm:us-west-2:123456789012:certificate/7d9e1c36-a734-4eb7-a696-0f20e4fca75f',
};

type AnswersFile = Record<string, unknown>;
export interface RekeyAnswers {
	custodians: {
		people: Record<string, string>;
		threshold: number;
		restart?: boolean;
		open_with?: string[];
	};
}

/** A cloud with what an installation leaves in it, as far as a rekey looks: its bucket and key. */
export async function startInstalledCloud(home: string) {
	const moto = await cloud.startTestCloud();
	const proxy = await startFaultProxy(moto.endpoint);
	const { s3, kms } = cloud.createLookupClients(moto.endpoint);
	const kmsKey = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
	const CreateBucketConfiguration = { LocationConstraint: cloud.REGION } as const;
	await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
	const VersioningConfiguration = { Status: 'Enabled' } as const;
	await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
	const encrypted = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKey } as const;
	const setup = { Bucket: BUCKET, Key: cloud.SETUP_OBJECT, Body: 'practice', ...encrypted };
	await s3.send(new PutObjectCommand(setup));
	const keys = join(home, 'custodians');
	const people = await createCustodianKeys(keys);
	return {
		...{ proxy, s3, kmsKey, keys, people, bucket: BUCKET },
		async stop() {
			await proxy.stop();
			await moto.stop();
		},
	};
}
export type InstalledCloud = Awaited<ReturnType<typeof startInstalledCloud>>;

/**
 * A practice session as it is after the installation, prepared by hand: no terraform has run, and
 * its machine boots for the first time when a step reaches for it.
 */
export function createInstalledSession(
	home: string,
	at: InstalledCloud,
	name: string,
	change: (answers: AnswersFile & { rekey: RekeyAnswers }) => AnswersFile = (answers) => answers,
) {
	const program = join(cliPath, '../practice-custodian.js');
	const openWith = [process.execPath, program, at.keys, '{custodian}', '{file}'];
	const text = formatPracticeAnswers(seeds, { people: at.people, openWith });
	const bundled = parse(text) as AnswersFile & { rekey: RekeyAnswers };
	const instance = { ssh: { host: 'tfe.practice.example' } };
	const given = stringify(change({ ...bundled, instance }), { lineWidth: 0 });
	const { catalogue } = getTargetOrDefault('ptfe-ami');
	const parsed = parseAnswers(given, 'answers.yaml', catalogue);
	const { problems, resolved } = checkAnswers(parsed, catalogue, { session: name });
	if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
	const secrets = new SecretRegistry();
	const session = Session.open({ home, name, practice: true, secrets });
	const outputs = { bucket_name: at.bucket, kms_key_arn: at.kmsKey };
	session.change({ answers: { ...resolved.answers }, baseFolder: home });
	session.changeStep('install', { state: 'done', summary: 'prepared by hand', outputs });
	session.note('practice.cloud', { endpoint: at.proxy.endpoint });
	session.close();
	const { folders } = session;
	const flags = ['--session', name, '--home', home, '--no-input', '--output', 'json'];
	return {
		folder: folders.root,
		keyFile: join(folders.root, 'instance/machine/data/vault-unseal-key'),
		storage: join(folders.root, 'instance/machine/data/vault'),
		rekey: ['rekey', ...flags, '--approve', 'change'],
		flags,
		/** Asks the machine's Vault; undefined while none answers. */
		async vault<T>(path: string): Promise<T | undefined> {
			try {
				const text = readFileSync(join(folders.root, 'instance/ready.json'), 'utf8');
				const { vaultPort } = JSON.parse(text) as InstanceReadyFile;
				const answer = await fetch(`http://127.0.0.1:${vaultPort}/v1/${path}`);
				return answer.ok ? ((await answer.json()) as T) : undefined;
			} catch {
				return undefined;
			}
		},
		stop: () => runWizard(['practice', '--stop', '--session', name, '--home', home]),
	};
}
export type InstalledSession = ReturnType<typeof createInstalledSession>;
