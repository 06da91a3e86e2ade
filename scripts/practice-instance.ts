import { runPracticeInstanceCli } from '../source/practice/instance/program.ts';

process.exitCode = await runPracticeInstanceCli(process.argv.slice(2), process.argv[1] ?? '');
