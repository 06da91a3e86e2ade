import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTheme } from '../../../screens/parts/theme.ts';
import { createDiagnosticRows, layoutProgress } from '../../../screens/progress/progress-rows.ts';
import type {
	ProgressScreen,
	ResourceInProgress,
} from '../../../source/wizard/wizard-view-model.ts';
import { getScreenModel, MODEL_TIME } from '../screen-models.ts';

const theme = createTheme({ LANG: 'en_US.UTF-8' }, { isTTY: true });
const text = (rows: ReturnType<typeof layoutProgress>['rows']) =>
	rows.map((pieces) =>
		pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join(''),
	);

function screenOf(name: string, more: Partial<ProgressScreen> = {}): ProgressScreen {
	const { screen } = getScreenModel(name);
	if (screen.kind !== 'progress') throw new Error('not a progress screen');
	return { ...screen, ...more };
}

function lay(
	screen: ProgressScreen,
	{
		width = 78,
		height = 18,
		top = 0,
		log,
	}: { width?: number; height?: number; top?: number; log?: string[] } = {},
) {
	const diagnostics = createDiagnosticRows(screen.diagnostics, width, theme);
	const picture = { width, height, now: MODEL_TIME, theme, spinner: '*' };
	return layoutProgress(screen, { diagnostics, top, ...(log && { log }) }, picture);
}

const many = (count: number): ResourceInProgress[] =>
	Array.from({ length: count }, (_, at) => ({
		address: `aws_subnet.main[${at}]`,
		action: 'create',
		since: MODEL_TIME - at * 1000,
	}));

describe('rows', () => {
	it('never exceed the height', () => {
		const size = fc.record({
			width: fc.integer({ min: 10, max: 140 }),
			height: fc.integer({ min: 4, max: 60 }),
			top: fc.integer({ min: 0, max: 500 }),
			flight: fc.integer({ min: 0, max: 300 }),
			log: fc.option(fc.array(fc.string(), { maxLength: 300 }), { nil: undefined }),
			name: fc.constantFrom(
				'progress',
				'progressPlanning',
				'progressStopping',
				'progressDiagnostic',
			),
		});
		fc.assert(
			fc.property(size, ({ name, flight, ...options }) => {
				const screen = screenOf(name, { inFlight: many(flight) });
				expect(lay(screen, options).rows.length).toBeLessThanOrEqual(options.height);
			}),
		);
	});

	it('fold resources in progress that do not fit, keeping the slowest', () => {
		const rows = text(lay(screenOf('progress', { inFlight: many(100) })).rows);
		expect(rows.filter((row) => row.startsWith('* ')).length).toBeLessThan(10);
		expect(rows.find((row) => row.startsWith('* '))).toContain('aws_subnet.main[99]');
		const folded = Number(/and (\d+) more/.exec(rows.join('\n'))?.[1]);
		expect(folded + rows.filter((row) => row.startsWith('* ')).length).toBe(100);
	});

	it('show the time left only when it is known', () => {
		expect(text(lay(screenOf('progress')).rows)[0]).toContain('about 6 min left');
		const unknown = screenOf('progress', { inFlight: many(2) });
		expect(text(lay(unknown).rows).join('\n')).not.toContain('left');
	});

	it('count done, pending and failed resources', () => {
		const rows = text(lay(screenOf('progress', { failed: 2 })).rows).join('\n');
		expect(rows).toContain('✓ 37 done');
		expect(rows).toContain('○ 21 pending');
		expect(rows).toContain('✗ 2 failed');
	});

	it('have no bar before there is a plan', () => {
		const rows = text(lay(screenOf('progressPlanning')).rows);
		expect(rows.join('\n')).not.toMatch(/[█░]|0 of 0/);
		expect(rows.join('\n')).toContain('terraform plan of install   12 s');
	});

	it('never show a full bar before the end', () => {
		const rows = text(lay(screenOf('progress', { finished: 62 })).rows);
		expect(rows[0]).toContain('░');
		expect(text(lay(screenOf('progress', { finished: 63, inFlight: [] })).rows)[0]).not.toContain(
			'░',
		);
	});

	it('show what a stop waits for instead of the time left', () => {
		const rows = text(lay(screenOf('progressStopping')).rows)
			.join(' ')
			.replace(/\s+/g, ' ');
		expect(rows).toContain('Stopping (21 s): waiting for 3 resources in progress');
		expect(rows).not.toContain('min left');
	});

	it('show every line of an error when scrolled', () => {
		const screen = screenOf('progressDiagnostic');
		const height = 12;
		const seen = new Set<string>();
		for (let top = 0; top < 60; top += 1) {
			for (const row of text(lay(screen, { height, top }).rows)) seen.add(row);
		}
		const all = text(createDiagnosticRows(screen.diagnostics, 78, theme));
		expect(all.length).toBeGreaterThan(6);
		for (const line of all) expect(seen).toContain(line);
	});

	it('keep the newest milestones', () => {
		const milestones = Array.from({ length: 50 }, (_, at) => ({
			at: MODEL_TIME,
			event: { type: 'note', level: 'info', text: `milestone ${at}` } as const,
		}));
		const rows = text(lay(screenOf('progress', { milestones })).rows);
		expect(rows.at(-1)).toContain('milestone 49');
		expect(rows.join('\n')).not.toMatch(/milestone 0$/m);
	});

	it('end with the newest lines of the log while it is followed', () => {
		const log = Array.from({ length: 200 }, (_, at) => `line ${at}`);
		const rows = text(lay(screenOf('progress'), { log }).rows);
		expect(rows.at(-1)).toBe('line 199');
		expect(rows).toHaveLength(18);
		const crowded = text(lay(screenOf('progressDiagnostic'), { log }).rows);
		expect(crowded.at(-1)).toBe('line 199');
		expect(crowded.join('\n')).toContain('UnsupportedCertificate');
	});
});
