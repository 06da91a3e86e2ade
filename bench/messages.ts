import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMessages } from '../source/terraform/long-command-runner.ts';
import type { RunningProcess } from '../source/terraform/terraform-process.ts';

export interface MessagesResult {
	/** Lines read, parsed and passed to a consumer per second. */
	perSecond: number;
	/** Largest growth of the used heap, after garbage collection where possible. */
	heapGrowthMb: number;
}

/**
 * Feeds `count` lines, as terraform writes them in a large apply, through the code path of the
 * driver: a file, its tail, the parser, and a consumer of each event.
 */
export async function benchMessages(count = 200_000): Promise<MessagesResult> {
	const folder = mkdtempSync(join(tmpdir(), 'tfe-wizard-bench-'));
	try {
		const stdoutPath = join(folder, 'apply.jsonl');
		await writeMessages(stdoutPath, count);
		const running: RunningProcess = {
			record: {
				pid: 0,
				startedAt: '',
				label: 'apply',
				stdoutPath,
				stderrPath: `${stdoutPath}.err`,
			},
			ended: () => true,
			outcome: () => ({ exitCode: 0 }),
			kill: () => undefined,
			interrupt: () => undefined,
		};
		const before = heapMb();
		let peak = before;
		let read = 0;
		const started = performance.now();
		for await (const event of readMessages(running)) {
			if (event.type !== 'resource') throw new Error('A line was not read.');
			read += 1;
			if (read % 20_000 === 0) peak = Math.max(peak, heapMb());
		}
		const seconds = (performance.now() - started) / 1000;
		if (read !== count) throw new Error(`${read} of ${count} lines were read.`);
		return { perSecond: Math.round(count / seconds), heapGrowthMb: Math.max(0, peak - before) };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Includes garbage unless Node runs with `--expose-gc`. */
function heapMb(): number {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed / 1024 / 1024;
}

async function writeMessages(path: string, count: number): Promise<void> {
	await using file = await open(path, 'w');
	const block = 5_000;
	for (let first = 0; first < count; first += block) {
		const length = Math.min(block, count - first);
		const lines = Array.from({ length }, (_, offset) => message(first + offset));
		await file.write(`${lines.join('\n')}\n`);
	}
}

const types = ['apply_start', 'apply_progress', 'apply_progress', 'apply_complete'] as const;

function message(index: number): string {
	const name = `module.network.aws_subnet.private[${index >> 2}]`;
	const type = types[index % 4] ?? 'apply_start';
	const resource = {
		addr: name,
		module: 'module.network',
		resource: `aws_subnet.private[${index >> 2}]`,
		implied_provider: 'aws',
		resource_type: 'aws_subnet',
		resource_name: 'private',
		resource_key: index >> 2,
	};
	const end = type === 'apply_complete' ? { id_key: 'id', id_value: `subnet-0${index}` } : {};
	return JSON.stringify({
		'@level': 'info',
		'@message': `${name}: Still creating... [10s elapsed]`,
		'@module': 'terraform.ui',
		'@timestamp': '2026-01-31T19:40:38.530922Z',
		hook: { resource, action: 'create', ...end, elapsed_seconds: 10 },
		type,
	});
}
