import { runPracticeInstanceCli } from '../source/practice/instance/practice-instance-cli.ts';

process.exitCode = await runPracticeInstanceCli(process.argv.slice(2), process.argv[1] ?? '');
