import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { WelcomeScreen, WizardController } from '../source/wizard/wizard-view-model.ts';
import { useRegisterFooterKeys } from './parts/footer.tsx';
import { useKeyHandler } from './parts/key-handlers.tsx';
import { ChoiceList, useList } from './parts/list.tsx';
import { TextLine, TextLines, wrapSingleLine } from './parts/styled-text.tsx';
import { type ScreenProps, useBodySize } from './parts/terminal-and-body-size.ts';
import { TextField, useTextField } from './parts/text-field.tsx';
import { useTheme } from './parts/theme.ts';

/** The introduction, then the choices to start from. */
export function WelcomeView({ screen, controller }: ScreenProps<WelcomeScreen>): ReactNode {
	const { width, height } = useBodySize();
	const theme = useTheme();
	const { namePrompt, problem } = screen;
	const facts = screen.introduction.flatMap((fact) =>
		wrapSingleLine(fact, width - 2).map((line, at) =>
			at === 0 ? `${theme.glyphs.bullet} ${line}` : `  ${line}`,
		),
	);
	const problems =
		problem === undefined ? [] : wrapSingleLine(`${theme.glyphs.failed} ${problem}`, width);
	const wanted = namePrompt ? 6 : Math.min(screen.choices.length + 5, height - 4);
	const factRows = Math.max(2, height - 3 - wanted - problems.length);
	return (
		<Box flexDirection="column">
			<TextLines
				width={width}
				lines={['Install Terraform Enterprise on AWS, step by step.']}
				colour="strong"
			/>
			<Box height={1} flexShrink={0} />
			<TextLines width={width} height={factRows} lines={facts} />
			<Box height={1} flexShrink={0} />
			<TextLines width={width} height={4} lines={problems} colour="failure" />
			{namePrompt === undefined ? (
				<Choices
					// A new set of choices needs a new list state.
					key={screen.choices.map(({ value }) => value).join(' ')}
					{...{ screen, controller, width }}
					height={Math.max(2, height - 3 - Math.min(facts.length, factRows) - problems.length)}
				/>
			) : (
				<Naming namePrompt={namePrompt} controller={controller} width={width} />
			)}
		</Box>
	);
}

interface ChoicesProps extends ScreenProps<WelcomeScreen> {
	width: number;
	height: number;
}

function Choices({ screen, controller, width, height }: ChoicesProps): ReactNode {
	useKeyHandler((press) => {
		if (!press.is('take')) return false;
		const { choice } = list;
		if (choice && choice.refusal === undefined)
			controller.act({ type: 'choose', value: choice.value });
		return true;
	});
	const list = useList(screen.choices, { scope: 'welcome', height, width });
	return <ChoiceList list={list} height={height} width={width} />;
}

interface NamingProps {
	namePrompt: NonNullable<WelcomeScreen['namePrompt']>;
	controller: WizardController;
	width: number;
}

function Naming({ namePrompt, controller, width }: NamingProps): ReactNode {
	const theme = useTheme();
	const field = useTextField({ initial: namePrompt.suggestion });
	useRegisterFooterKeys(['takeText', 'backFromText', 'helpFromText', 'interrupt']);
	useKeyHandler((press) => {
		if (press.is('take')) controller.act({ type: 'name', name: field.value.trim() });
		else if (press.is('backFromText')) controller.act({ type: 'back' });
		else return false;
		return true;
	});
	const { problem } = namePrompt;
	return (
		<>
			<TextLines width={width} lines={['Session name:']} colour="strong" />
			<Box flexShrink={0}>
				<TextLine width={2} pieces={[{ text: theme.glyphs.bar, role: 'accent' }]} />
				<TextField state={field.state} width={width - 2} />
			</Box>
			{problem === undefined ? (
				<TextLines width={width} lines={['Use this name to resume the session.']} colour="dim" />
			) : (
				<TextLines
					width={width}
					height={3}
					lines={wrapSingleLine(`${theme.glyphs.failed} ${problem}`, width)}
					colour="failure"
				/>
			)}
		</>
	);
}
