import { spawn } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface PracticeRun {
	code: number | null;
	out: string;
	err: string;
	/** What stands beside a name in the list of outputs. */
	output(name: string): string;
}

/**
 * `npm run practice -- --keep`, as a person types it in a clone, without a terminal. A plan file
 * is gone after its apply, so each is copied to `plansTo` when the run says it was approved.
 */
export async function runNpmPractice(
	home: string,
	plansTo: string,
	environment: NodeJS.ProcessEnv,
): Promise<PracticeRun> {
	const argv = ['run', '--silent', 'practice', '--', '--keep', '--home', home];
	const child = spawn('npm', argv, {
		cwd: root,
		env: { ...process.env, ...environment },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let out = '';
	let err = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
		for (const [, stack = ''] of out.matchAll(/ (\w+) +plan approved/g)) {
			const copy = join(plansTo, `${stack}.tfplan`);
			if (existsSync(copy)) continue;
			copyFileSync(join(home, 'sessions/practice/plans', `${stack}.tfplan`), copy);
		}
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		err += text;
	});
	const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
	const output = (name: string) => {
		const line = new RegExp(`^PRACTICE {3}${name.replace('.', '\\.')} +(.+)$`, 'm');
		return line.exec(out)?.[1] ?? `no output ${name}`;
	};
	return { code, out, err, output };
}
