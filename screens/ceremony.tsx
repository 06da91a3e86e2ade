import type { ReactNode } from 'react';
import type { CeremonyScreen, Guide } from '../source/engine/guide/model.ts';
import { AgreeView } from './ceremony/agree.tsx';
import { DecideView } from './ceremony/decide.tsx';
import { GiveShareView } from './ceremony/give-share.tsx';
import { NextPersonView } from './ceremony/next-person.tsx';
import { PassphraseView } from './ceremony/passphrase.tsx';
import { RevealView } from './ceremony/reveal.tsx';

interface Props {
	screen: CeremonyScreen;
	guide: Guide;
}

/** Shows the current prompt of a ceremony. */
export function CeremonyView({ screen, guide }: Props): ReactNode {
	const { moment, problem } = screen;
	const act = (...actions: Parameters<Guide['act']>) => guide.act(...actions);
	const all = { act, ...(problem === undefined ? {} : { problem }) };
	switch (moment.kind) {
		case 'agree':
			return <AgreeView moment={moment} {...all} />;
		case 'passphrase':
			return <PassphraseView moment={moment} {...all} />;
		case 'next-person':
			return <NextPersonView moment={moment} {...all} />;
		case 'reveal':
			return <RevealView moment={moment} {...all} />;
		case 'give-share':
			return <GiveShareView moment={moment} {...all} />;
		case 'decide':
			return <DecideView moment={moment} {...all} />;
	}
}
