import type { ReactNode } from 'react';
import type { CeremonyScreen, WizardController } from '../source/wizard/wizard-model.ts';
import { ChoicePromptView } from './ceremony/choice-prompt.tsx';
import { ConfirmationPromptView } from './ceremony/confirmation-prompt.tsx';
import { EnterSharePromptView } from './ceremony/enter-share-prompt.tsx';
import { NextKeyHolderPromptView } from './ceremony/next-key-holder-prompt.tsx';
import { PassphrasePromptView } from './ceremony/passphrase-prompt.tsx';
import { RevealSharePromptView } from './ceremony/reveal-share-prompt.tsx';

interface Props {
	screen: CeremonyScreen;
	guide: WizardController;
}

/** Shows the current prompt of a ceremony. */
export function CeremonyView({ screen, guide }: Props): ReactNode {
	const { moment, problem } = screen;
	const act = (...actions: Parameters<WizardController['act']>) => guide.act(...actions);
	const all = { act, ...(problem === undefined ? {} : { problem }) };
	switch (moment.kind) {
		case 'agree':
			return <ConfirmationPromptView moment={moment} {...all} />;
		case 'passphrase':
			return <PassphrasePromptView moment={moment} {...all} />;
		case 'next-person':
			return <NextKeyHolderPromptView moment={moment} {...all} />;
		case 'reveal':
			return <RevealSharePromptView moment={moment} {...all} />;
		case 'give-share':
			return <EnterSharePromptView moment={moment} {...all} />;
		case 'decide':
			return <ChoicePromptView moment={moment} {...all} />;
	}
}
