import { Box, useApp } from 'ink';
import {
	type ReactNode,
	use,
	useEffect,
	useEffectEvent,
	useState,
	useSyncExternalStore,
} from 'react';
import { suspendProcess } from '../source/engine/suspend-process.ts';
import type {
	WizardController,
	WizardScreen,
	WizardViewModel,
} from '../source/wizard/wizard-view-model.ts';
import { BusyView } from './busy-screen.tsx';
import { CeremonyView } from './ceremony-screen.tsx';
import { ChecksView } from './checks-screen.tsx';
import { DoneView } from './done-screen.tsx';
import { FailureView } from './failure-screen.tsx';
import { OptionalSettingsView } from './optional-settings-screen.tsx';
import { GoToOverlay } from './overlays/go-to-overlay.tsx';
import { HelpOverlay } from './overlays/help-overlay.tsx';
import { StopOverlay } from './overlays/stop-overlay.tsx';
import { AlternateScreenContext, isSecretScreen } from './parts/alternate-screen.ts';
import { FooterProvider, getFooterKeyIds, useFooterProviderState } from './parts/footer.tsx';
import { Frame } from './parts/frame.tsx';
import type { KeyScope } from './parts/key-bindings.ts';
import { type KeyPress, useKeyHandler } from './parts/key-handlers.tsx';
import { PlanView } from './plan-screen.tsx';
import { ProgressView } from './progress-screen.tsx';
import { QuestionView } from './question-screen.tsx';
import { ReviewView } from './review-screen.tsx';
import { WelcomeView } from './welcome-screen.tsx';

function screenOf(
	screen: WizardScreen,
	controller: WizardController,
	model: WizardViewModel,
): ReactNode {
	switch (screen.kind) {
		case 'welcome':
			return <WelcomeView screen={screen} controller={controller} />;
		case 'busy':
			return <BusyView screen={screen} />;
		case 'question':
			// A rejected value returns as the same question, which must keep the typed text.
			return (
				<QuestionView
					key={screen.key}
					screen={screen}
					controller={controller}
					answerSummary={model.answerSummary}
				/>
			);
		case 'details':
			return <OptionalSettingsView key={screen.step} screen={screen} controller={controller} />;
		case 'checks':
			return <ChecksView screen={screen} controller={controller} />;
		case 'review':
			return <ReviewView screen={screen} controller={controller} />;
		case 'plan':
			return <PlanView key={screen.plan.file} screen={screen} controller={controller} />;
		case 'ceremony':
			// The key resets the state for each prompt, even if two are identical.
			return <CeremonyView key={screen.number} screen={screen} controller={controller} />;
		case 'progress':
			return <ProgressView screen={screen} controller={controller} />;
		case 'failure':
			return <FailureView screen={screen} controller={controller} />;
		case 'done':
			return <DoneView screen={screen} controller={controller} />;
	}
}

type Overlay = 'help' | 'places';

/** Screens that set their own footer keys; none are shown until they do. */
const ownKeys: readonly WizardScreen['kind'][] = ['details', 'checks', 'plan', 'ceremony'];

/** Answers cannot be changed during a run. */
const canGo = ({ screen, answerSummary }: WizardViewModel): boolean =>
	['question', 'details', 'checks', 'review'].includes(screen.kind) &&
	answerSummary.some(({ lines }) => lines.length > 0);

interface WizardProps {
	controller: WizardController;
	/** Returns the terminal to the shell until the operator resumes. */
	suspend(): void;
}

/** The whole Ink front end: frame, current screen and overlays. */
export function Wizard({ controller, suspend }: WizardProps): ReactNode {
	const model = useSyncExternalStore(controller.subscribe, controller.model);
	const [overlay, setOverlay] = useState<Overlay | undefined>(undefined);
	const footer = useFooterProviderState();
	const { screen, stop } = model;

	const onKey = (press: KeyPress): boolean => {
		if (press.is('help') || press.is('helpFromText')) setOverlay('help');
		else if (press.is('go') && canGo(model)) setOverlay('places');
		else return false;
		return true;
	};
	// ctrl-c and ctrl-z are handled last, so that no screen can lose them by mistake; overlays pass
	// them through.
	useKeyHandler((press) => {
		if (press.is('interrupt')) controller.act({ type: 'interrupt' });
		else if (press.is('suspend')) suspend();
		else return stop === undefined && overlay === undefined && onKey(press);
		return true;
	});

	const place: KeyScope = footer.top?.place ?? screen.kind;
	const close = () => setOverlay(undefined);
	const covered = stop !== undefined || overlay !== undefined;
	return (
		<FooterProvider value={footer.add}>
			<Frame
				header={model.header}
				stepper={model.stepper}
				keys={
					footer.top?.ids ?? (ownKeys.includes(screen.kind) ? [] : getFooterKeyIds(screen.kind))
				}
			>
				<Box key={screen.kind} display={covered ? 'none' : 'flex'} flexDirection="column">
					{screenOf(screen, controller, model)}
				</Box>
				{stop !== undefined && <StopOverlay stop={stop} controller={controller} />}
				{stop === undefined && overlay === 'help' && (
					<HelpOverlay screen={screen} place={place} onClose={close} />
				)}
				{stop === undefined && overlay === 'places' && (
					<GoToOverlay model={model} controller={controller} onClose={close} />
				)}
			</Frame>
		</FooterProvider>
	);
}

/**
 * The wizard on a real terminal. ctrl-z and SIGTSTP suspend it; both must restore the terminal
 * first, because a stopped process would leave it in raw mode.
 */
export function SuspendableWizard({ controller }: { controller: WizardController }): ReactNode {
	const { suspendTerminal } = useApp();
	const secretScreen = use(AlternateScreenContext);
	const away = async () => {
		secretScreen.leave();
		await suspendProcess();
		if (isSecretScreen(controller.model().screen)) secretScreen.enter();
	};
	const suspend = () => {
		// Windows has no SIGTSTP.
		if (process.platform === 'win32') return;
		// Rejects while the terminal is already being released or taken back; that press is ignored.
		secretScreen.blank();
		suspendTerminal(away).catch(() => {});
	};
	const onSignal = useEffectEvent(suspend);
	useEffect(() => {
		const listener = () => onSignal();
		process.on('SIGTSTP', listener);
		return () => void process.removeListener('SIGTSTP', listener);
	}, []);
	return <Wizard controller={controller} suspend={suspend} />;
}
