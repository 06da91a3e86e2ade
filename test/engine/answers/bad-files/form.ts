import { shortest } from '../sample.ts';
import { also, type BadFile, bad, but, FQDN, REGION, S3 } from './build.ts';

export const badForm: readonly BadFile[] = [
	// The file as a whole
	bad('empty', '', '1:1', '', 'is empty', 'version: 1'),
	bad('only comments', '# nothing yet\n', '1:1', '', 'is empty'),
	bad('only a null', '~\n', '1:1', '', 'is empty'),
	bad('a list', '- version: 1\n', '1:1', '', 'is a list, not a mapping'),
	bad('plain text', 'hunter2\n', '1:1', '', 'is text, not a mapping'),
	bad('a byte order mark', `\uFEFF${shortest}`, '1:1', '', 'byte order mark', 'UTF-8'),
	bad('two documents', also('---\nversion: 1'), '9:1', '(YAML)', 'second document'),
	bad('YAML 1.1', `%YAML 1.1\n---\n${shortest}`, '1:1', '', '%YAML', 'YAML 1.2'),
	bad('an unknown directive', `%FOO bar\n---\n${shortest}`, '1:1', '(YAML)', 'directive'),
	bad('too large', `${shortest}# ${'x'.repeat(1024 * 1024)}\n`, '1:1', '', '1 MiB'),
	// Version, ask, $schema
	bad('no version', but('version: 1\n', ''), '1:1', 'version', 'is missing', 'version: 1'),
	bad('version 2', but('version: 1', 'version: 2'), '1:10', 'version', 'is 2', 'supports only 1'),
	bad(
		'a version in quotes',
		but('version: 1', 'version: "1"'),
		'1:10',
		'version',
		'without quotes',
	),
	bad(
		'a version that is not a number',
		but('version: 1', 'version: latest'),
		'1:10',
		'version',
		'not a version number',
	),
	bad('an empty version', but('version: 1', 'version:'), '1:9', 'version', 'not a version number'),
	bad('ask with a single word', also('ask: network'), '9:6', 'ask', 'is text', 'a list of steps'),
	bad(
		'ask with an unknown step',
		also('ask: [netwrok]'),
		'9:7',
		'ask[0]',
		'is not a step',
		'did you mean network?',
	),
	bad('ask with a number', also('ask: [state, 3]'), '9:14', 'ask[1]', 'is a number, not a step'),
	bad('ask with a duplicate step', also('ask: [state, state]'), '9:14', 'ask[1]', 'listed twice'),
	bad('a numeric $schema', also('$schema: 3'), '9:10', '$schema', 'is a number'),
	// Form
	bad('a tab', but(FQDN, '\tfqdn: tfe.acme.example'), '7:1', '(YAML)', 'tab', 'use spaces'),
	bad('no closing quote', but(REGION, 'region: "us-west-2'), '3:9', '(YAML)', 'closing quote'),
	bad('no closing bracket', but(S3, '  s3: { bucket: acme-state'), '6:1', '(YAML)', 'bracket'),
	bad('two colons', but(REGION, 'region: us: west'), '3:9', '(YAML)', 'second colon'),
	bad('no colon', but(REGION, 'region us-west-2'), '3:1', '(YAML)', 'colon'),
	bad('indented too little', but('  db_password', ' db_password'), '8:1', '(YAML)', 'indented'),
	bad('a stray bracket', but(REGION, 'region: us-west-2]\nx: ]'), '4:4', '(YAML)', 'misplaced'),
	bad('a reserved character', but(REGION, 'region: @west'), '3:9', '(YAML)', 'quotes'),
	bad('a bad escape', but(REGION, 'region: "us\\west"'), '3:12', '(YAML)', 'escape'),
	bad('text after a quote', but(REGION, 'region: "us"-west'), '3:13', '(YAML)', 'misplaced'),
	{
		...bad('JSON without a comma', '{"version": 1\n "region": "x"}', '1:13', '(JSON)', 'comma'),
		file: 'a.json',
	},
];
