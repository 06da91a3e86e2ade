import { Box } from 'ink';
import type { ReactNode } from 'react';
import type {
	Choice,
	WizardController,
	WizardViewModel,
} from '../../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from '../parts/footer.tsx';
import { useKeyHandler } from '../parts/key-handlers.tsx';
import { ChoiceList, useList } from '../parts/list.tsx';
import { TextLine } from '../parts/styled-text.tsx';
import { useBodySize } from '../parts/terminal-and-body-size.ts';

interface PlacesOverlayProps {
	model: WizardViewModel;
	controller: WizardController;
	onClose(): void;
}

/** Every answer by step, as choices to go to. */
function createGoToChoices({ answerSummary }: Pick<WizardViewModel, 'answerSummary'>): Choice[] {
	return answerSummary.flatMap(({ title, lines }) =>
		lines.map(({ key, label, value, confirmed, source }) => ({
			value: key,
			label: `${title}: ${label}`,
			hint: `${value === '' ? 'blank' : value}${confirmed || source === 'given' ? '' : '  (default)'}`,
		})),
	);
}

/** Goes to any answer. Changing it can require dependent answers to be confirmed again. */
export function GoToOverlay({ model, controller, onClose }: PlacesOverlayProps): ReactNode {
	const { width, height } = useBodySize();
	const rows = height - 2;
	const at = model.screen.kind === 'question' ? model.screen.key : undefined;
	useKeyHandler((press) => {
		if (press.is('interrupt', 'suspend')) return false;
		if (press.is('overlay.take')) {
			if (list.choice === undefined) return true;
			onClose();
			controller.act({ type: 'go', key: list.choice.value });
		} else if (press.is('overlay.close', 'go')) onClose();
		return true;
	});
	const list = useList(createGoToChoices(model), {
		// Its letters search: an answer is found by its name.
		scope: 'filter',
		height: rows,
		width,
		...(at !== undefined && { initial: at }),
	});
	useRegisterFooterKeys(
		list.state.filtering
			? ['overlay.take', 'clear', 'interrupt']
			: ['move', 'overlay.take', 'filter', 'overlay.close', 'interrupt'],
	);
	return (
		<Box flexDirection="column">
			<TextLine width={width} pieces={[{ text: 'Go to an answer', role: 'strong' }]} />
			<Box height={1} flexShrink={0} />
			<ChoiceList list={list} height={rows} width={width} />
		</Box>
	);
}
