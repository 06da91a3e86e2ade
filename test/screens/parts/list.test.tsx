import { Text } from 'ink';
import { afterEach, describe, expect, it } from 'vitest';
import { ChoiceList, useList } from '../../../screens/parts/list.tsx';
import { createTextFieldState, TextField } from '../../../screens/parts/text-field.tsx';
import type { Choice } from '../../../source/wizard/wizard-view-model.ts';
import { renderScreen, unmountAll } from '../../helpers/render-screen.tsx';

afterEach(unmountAll);

const choices: Choice[] = Array.from({ length: 30 }, (_, at) => ({
	value: `v${at}`,
	label: `Item ${at}`,
	hint: at === 3 ? 'h'.repeat(80) : 'short',
	...(at === 4 && { refusal: 'in another VPC' }),
}));

function Sample({ height = 12 }: { height?: number }) {
	const list = useList(choices, { scope: 'question', height, width: 40 });
	return (
		<>
			<ChoiceList list={list} height={height} width={40} />
			<Text>at {list.choice?.value ?? 'none'}</Text>
		</>
	);
}

const rows = (lines: string[]) => lines.filter((line) => /Item|more|┃/.test(line));

describe('a list', () => {
	it('never exceeds its height', async () => {
		for (const height of [2, 5, 8, 12]) {
			const screen = await renderScreen(<Sample height={height} />);
			for (const key of ['down', 'down', 'down', 'down', 'pageDown', 'end', 'home']) {
				await screen.press(key);
				expect(rows(screen.frame()).length, `${height} ${key}`).toBeLessThanOrEqual(height);
			}
			unmountAll();
		}
	});

	it('shows how many choices are above and below', async () => {
		const screen = await renderScreen(<Sample />);
		expect(screen.frame().join('\n')).toMatch(/↓ \d+ more/);
		await screen.press('G');
		expect(screen.frame().join('\n')).toMatch(/↑ \d+ more/);
		expect(screen.frame().join('\n')).not.toContain('↓');
		expect(screen.frame().at(-1)).toBe('at v29');
	});

	it('shows the selected choice in full when its row is cut', async () => {
		const screen = await renderScreen(<Sample />);
		await screen.press('j', 'j', 'j');
		const whole = screen.frame().filter((line) => line.includes('┃'));
		expect(whole.join('').replace(/[^h]/g, '').length).toBe(80);
	});

	it('shows why a choice is unavailable', async () => {
		const screen = await renderScreen(<Sample />);
		expect(screen.frame().find((line) => line.includes('Item 4'))).toContain('unavailable');
	});

	it('searches by letters, after a slash for letters that are keys, until Escape', async () => {
		const screen = await renderScreen(<Sample />);
		await screen.press('item 17');
		await screen.waitFor('at v17');
		await screen.press('escape', 'home', '/', 'k');
		await screen.waitFor('at none');
		await screen.press('backspace', 'backspace', 'j');
		await screen.waitFor('at v1');
	});
});

it('shows only bullets in a secret field', async () => {
	const field = <TextField state={createTextFieldState('hunter2')} width={20} secret />;
	const screen = await renderScreen(field);
	expect(screen.frame().join('').trim()).toBe('•••••••');
	expect(screen.frames().join('')).not.toContain('hunter');
});
