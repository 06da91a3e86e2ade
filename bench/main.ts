import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureCommand, measurePairs, median } from './measure.ts';
import { benchMessages } from './messages.ts';
import { benchNetwork } from './network.ts';
import { benchStreaming, measureEmptyNode, measureFirstFrame } from './terminal.ts';

// Each figure compares paired measurements of one run, so that it does not depend on the speed of
// the computer. PAIRS=5 npm run bench takes more pairs.
const pairs = Number(process.env.PAIRS ?? 3);
const bin = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const rows: { figure: string; measured: string; goal: string; met: boolean }[] = [];
const add = (figure: string, value: number, goal: number, better: 'less' | 'more', unit = '') => {
	const shown = value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
	const met = better === 'less' ? value <= goal : value >= goal;
	const sign = better === 'less' ? '<=' : '>=';
	rows.push({
		figure,
		measured: `${shown}${unit}`,
		goal: `${sign} ${goal.toLocaleString('en')}${unit}`,
		met,
	});
};

const help = await measurePairs(
	20,
	() => measureCommand([process.execPath, bin, '--help'], process.env),
	() => measureCommand([process.execPath, '-e', '0'], process.env),
);
add('--help vs. node -e 0, wall time', median(help.ratio('wall')), 1.3, 'less');

const home = mkdtempSync(join(tmpdir(), 'tfe-wizard-bench-'));
const frames: number[] = [];
for (let round = 0; round < 20; round += 1) {
	const empty = await measureEmptyNode();
	frames.push((await measureFirstFrame(home)) / empty);
}
rmSync(home, { recursive: true, force: true });
add('first frame vs. node -e 0, in a terminal', median(frames), 2, 'less');

const streaming = await benchStreaming();
const slow = streaming.latencies.filter((taken) => taken > 50).length;
add('keys with a latency above 50 ms (of 100, during 200,000 messages)', slow, 1, 'less');
add('  memory growth', streaming.heapGrowthMb, 30, 'less', ' MB');
add('  CPU load at the end vs. the start', streaming.loadRatio, 1.2, 'less');

const messages = await benchMessages(200_000);
add('Terraform messages per second (of 200,000)', messages.perSecond, 50_000, 'more');
add('  memory growth', messages.heapGrowthMb, 30, 'less', ' MB');

const network = await benchNetwork(pairs);
const medians = (samples: readonly { wall: number; cpu: number }[]) =>
	`${median(samples.map(({ wall }) => wall)).toFixed(1)} s wall, ${median(samples.map(({ cpu }) => cpu)).toFixed(1)} s CPU`;
add('network stack vs. Terraform by hand, wall time', median(network.ratio('wall')), 1.03, 'less');
add('network stack vs. Terraform by hand, CPU time', median(network.ratio('cpu')), 1.05, 'less');

const width = Math.max(...rows.map(({ figure }) => figure.length));
for (const { figure, measured, goal, met } of rows) {
	console.log(
		`${met ? 'met   ' : 'MISSED'}  ${figure.padEnd(width)}  ${measured.padStart(12)}  goal ${goal}`,
	);
}
console.log(
	`network: ours ${medians(network.ours)}; by hand ${medians(network.baseline)}; ${pairs} pairs`,
);
