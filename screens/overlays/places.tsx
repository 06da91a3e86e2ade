import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Choice, Guide, GuideModel } from '../../source/engine/guide/model.ts';
import { useFooter } from '../parts/footer.tsx';
import { useKeys } from '../parts/keys.ts';
import { List, useList } from '../parts/list.tsx';
import { useBody } from '../parts/size.ts';
import { Line } from '../parts/text.tsx';

interface PlacesOverlayProps {
	model: GuideModel;
	guide: Guide;
	onClose(): void;
}

/** Every answer by step, as choices to go to. */
export function placesOf({ ticket }: Pick<GuideModel, 'ticket'>): Choice[] {
	return ticket.flatMap(({ title, lines }) =>
		lines.map(({ key, label, value, confirmed, source }) => ({
			value: key,
			label: `${title}: ${label}`,
			hint: `${value === '' ? 'blank' : value}${confirmed || source === 'given' ? '' : '  (default)'}`,
		})),
	);
}

/** Goes to any answer. Changing it can require dependent answers to be confirmed again. */
export function PlacesOverlay({ model, guide, onClose }: PlacesOverlayProps): ReactNode {
	const { width, height } = useBody();
	const rows = height - 2;
	const at = model.screen.kind === 'question' ? model.screen.key : undefined;
	useKeys((press) => {
		if (press.is('interrupt', 'suspend')) return false;
		if (press.is('overlay.take')) {
			if (list.choice === undefined) return true;
			onClose();
			guide.act({ type: 'go', key: list.choice.value });
		} else if (press.is('overlay.close', 'go', 'back')) onClose();
		return true;
	});
	const list = useList(placesOf(model), {
		height: rows,
		width,
		typeAhead: true,
		...(at !== undefined && { initial: at }),
	});
	useFooter(
		list.state.filtering
			? ['overlay.take', 'clear', 'interrupt']
			: ['move', 'overlay.take', 'filter', 'overlay.close', 'interrupt'],
	);
	const { filtering, filter } = list.state;
	return (
		<Box flexDirection="column">
			<Line
				width={width}
				pieces={[
					{ text: 'Go to an answer', role: 'strong' },
					{ text: filtering ? `   search: ${filter}_` : '', role: 'accent' },
				]}
			/>
			<Box height={1} flexShrink={0} />
			<List choices={list.choices} state={list.state} height={rows} width={width} />
		</Box>
	);
}
