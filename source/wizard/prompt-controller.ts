import { WizardError } from '../engine/errors.ts';
import type {
	PassphrasePrompt,
	Prompt,
	PromptReply,
} from '../vault/ceremony/ceremony-prompt-types.ts';
import type { CeremonyScreen, WizardAction } from './wizard-view-model.ts';

type SecretReply = Extract<WizardAction, { type: 'give' }>;

/** Waits for the reply to something shown; rejects with `cancelled` and a message once the run is stopped. */
export function waitForReply<T>(
	stop: AbortSignal,
	on: { show(reply: (value: T) => void): void; replied(value: T): void; stopped(): string },
): Promise<T> {
	return new Promise((resolve, reject) => {
		const stopped = () => reject(new WizardError('cancelled', { message: on.stopped() }));
		if (stop.aborted) return stopped();
		stop.addEventListener('abort', stopped, { once: true });
		on.show((value) => {
			stop.removeEventListener('abort', stopped);
			resolve(value);
			on.replied(value);
		});
	});
}

/** Shows the prompts of a run one at a time and validates the replies. */
export class PromptController {
	readonly #stop: AbortSignal;
	readonly #changed: () => void;
	#screen: CeremonyScreen | undefined;
	#answer: ((reply: PromptReply) => void) | undefined;
	#asked = 0;

	/**
	 * @param stop Cancels the current prompt and every later one.
	 * @param changed Called after each change of `screen`.
	 */
	constructor(stop: AbortSignal, changed: () => void) {
		this.#stop = stop;
		this.#changed = changed;
	}

	/** Whether a prompt is waiting for a reply. */
	get waiting(): boolean {
		return this.#answer !== undefined;
	}

	/** The screen of the current prompt; undefined if there is none. */
	get screen(): CeremonyScreen | undefined {
		return this.#screen;
	}

	/** @throws WizardError `cancelled` if the run is stopped; it reports what unseals Vault. */
	ask(prompt: Prompt): Promise<PromptReply> {
		return waitForReply(this.#stop, {
			show: (reply) => {
				this.#asked += 1;
				this.#screen = {
					kind: 'ceremony',
					step: prompt.step,
					prompt: prompt,
					number: this.#asked,
					refused: 0,
				};
				this.#answer = reply;
				this.#changed();
			},
			replied: () => {
				this.#answer = undefined;
				this.#clearSoon();
			},
			stopped: () => {
				this.#answer = undefined;
				this.#screen = undefined;
				this.#changed();
				const { ceremony } = prompt;
				return `Stopped at "${ceremony.title}"; nothing is lost. ${ceremony.safe}`;
			},
		});
	}

	/** Clears the screen unless the next prompt follows immediately. */
	#clearSoon(): void {
		const replied = this.#asked;
		setImmediate(() => {
			if (this.#asked !== replied || this.#screen === undefined) return;
			this.#screen = undefined;
			this.#changed();
		});
	}

	/** Ignores actions that do not fit the prompt, and wipes their secrets. */
	act(action: WizardAction): void {
		const reply = this.#replyTo(action);
		if (action.type === 'give') {
			action.again?.wipe();
			if (reply?.kind !== 'secret') action.secret.wipe();
		}
		if (reply !== undefined) this.#answer?.(reply);
	}

	#replyTo(action: WizardAction): PromptReply | undefined {
		const prompt = this.#screen?.prompt;
		if (prompt === undefined || !this.waiting) return undefined;
		if (action.type === 'not-now' || action.type === 'back') return { kind: 'not-now' };
		switch (prompt.kind) {
			case 'agree':
				if (action.type !== 'agree') return undefined;
				if (action.typed === prompt.type) return { kind: 'agreed' };
				return this.#refuse(
					action.typed === undefined || action.typed === ''
						? 'Nothing typed yet; nothing was done'
						: `The text does not match ${prompt.type}; nothing was done`,
				);
			case 'next-person':
			case 'reveal':
				return action.type === 'agree' ? { kind: 'agreed' } : undefined;
			case 'passphrase': {
				if (action.type !== 'give') return undefined;
				const problem = problemOfPassphrase(prompt, action);
				return problem === undefined
					? { kind: 'secret', secret: action.secret }
					: this.#refuse(problem);
			}
			case 'give-share':
				if (action.type !== 'give') return undefined;
				if (action.secret.length === 0) return this.#refuse('Nothing typed yet');
				return { kind: 'secret', secret: action.secret };
			case 'decide': {
				if (action.type !== 'decide') return undefined;
				const { value } = action;
				return prompt.choices.some((choice) => choice.value === value)
					? { kind: 'chosen', value }
					: undefined;
			}
		}
	}

	#refuse(problem: string): undefined {
		const screen = this.#screen;
		if (screen !== undefined) this.#screen = { ...screen, refused: screen.refused + 1, problem };
		this.#changed();
		return undefined;
	}
}

function problemOfPassphrase(
	{ fresh, minLength }: PassphrasePrompt,
	{ secret, again }: SecretReply,
): string | undefined {
	if (secret.length === 0) return 'Nothing typed yet';
	if (!fresh) return undefined;
	const characters = secret.use((bytes) => bytes.reduce((sum, byte) => sum + startsOne(byte), 0));
	if (characters < minLength)
		return `Too short: ${characters} characters; at least ${minLength} are required`;
	if (again === undefined || !secret.equals(again))
		return 'The passphrases do not match; type both again';
	return undefined;
}

/** In UTF-8, all bytes of a character except the first are between 0x80 and 0xbf. */
const startsOne = (byte: number): number => ((byte & 0xc0) === 0x80 ? 0 : 1);
