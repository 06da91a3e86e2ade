import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Guide, WelcomeScreen } from '../source/engine/guide/model.ts';
import { useFooter } from './parts/footer.tsx';
import { useKeys } from './parts/keys.ts';
import { List, useList } from './parts/list.tsx';
import { useBody } from './parts/size.ts';
import { Line, Lines, wrapLines } from './parts/text.tsx';
import { TextField, useTextField } from './parts/text-field.tsx';
import { useTheme } from './parts/theme.ts';

interface WelcomeViewProps {
	screen: WelcomeScreen;
	guide: Guide;
}

/** The introduction, then the choices to start from. */
export function WelcomeView({ screen, guide }: WelcomeViewProps): ReactNode {
	const { width, height } = useBody();
	const theme = useTheme();
	const { naming, problem } = screen;
	const facts = screen.facts.flatMap((fact) =>
		wrapLines(fact, width - 2).map((line, at) =>
			at === 0 ? `${theme.glyphs.bullet} ${line}` : `  ${line}`,
		),
	);
	const problems =
		problem === undefined ? [] : wrapLines(`${theme.glyphs.failed} ${problem}`, width);
	const wanted = naming ? 6 : Math.min(screen.choices.length + 5, height - 4);
	const factRows = Math.max(2, height - 3 - wanted - problems.length);
	return (
		<Box flexDirection="column">
			<Lines
				width={width}
				lines={['Install Terraform Enterprise on AWS, step by step.']}
				colour="strong"
			/>
			<Box height={1} flexShrink={0} />
			<Lines width={width} height={factRows} lines={facts} />
			<Box height={1} flexShrink={0} />
			<Lines width={width} height={4} lines={problems} colour="failure" />
			{naming === undefined ? (
				<Choices
					// A new set of choices needs a new list state.
					key={screen.choices.map(({ value }) => value).join(' ')}
					{...{ screen, guide, width }}
					height={Math.max(2, height - 3 - Math.min(facts.length, factRows) - problems.length)}
				/>
			) : (
				<Naming naming={naming} guide={guide} width={width} />
			)}
		</Box>
	);
}

interface ChoicesProps extends WelcomeViewProps {
	width: number;
	height: number;
}

function Choices({ screen, guide, width, height }: ChoicesProps): ReactNode {
	useKeys((press) => {
		if (!press.is('take')) return false;
		const { choice } = list;
		if (choice && choice.refusal === undefined) guide.act({ type: 'choose', value: choice.value });
		return true;
	});
	const list = useList(screen.choices, { height, width });
	return <List choices={list.choices} state={list.state} height={height} width={width} />;
}

interface NamingProps {
	naming: NonNullable<WelcomeScreen['naming']>;
	guide: Guide;
	width: number;
}

function Naming({ naming, guide, width }: NamingProps): ReactNode {
	const theme = useTheme();
	const field = useTextField({ initial: naming.suggestion });
	useFooter(['takeText', 'backFromText', 'helpFromText', 'interrupt']);
	useKeys((press) => {
		if (press.is('take')) guide.act({ type: 'name', name: field.value.trim() });
		else if (press.is('backFromText')) guide.act({ type: 'back' });
		else return false;
		return true;
	});
	const { problem } = naming;
	return (
		<>
			<Lines width={width} lines={['Session name:']} colour="strong" />
			<Box flexShrink={0}>
				<Line width={2} pieces={[{ text: theme.glyphs.bar, role: 'accent' }]} />
				<TextField state={field.state} width={width - 2} />
			</Box>
			{problem === undefined ? (
				<Lines width={width} lines={['Use this name to resume the session.']} colour="dim" />
			) : (
				<Lines
					width={width}
					height={3}
					lines={wrapLines(`${theme.glyphs.failed} ${problem}`, width)}
					colour="failure"
				/>
			)}
		</>
	);
}
