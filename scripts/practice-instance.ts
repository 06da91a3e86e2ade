import { practiceInstanceProgram } from '../source/practice/instance/program.ts';

process.exitCode = await practiceInstanceProgram(process.argv.slice(2), process.argv[1] ?? '');
