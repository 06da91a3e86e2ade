import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WizardError } from '../../source/engine/errors.ts';
import type { Prompt } from '../../source/vault/ceremony/ceremony-prompt-types.ts';
import { PromptController } from '../../source/wizard/prompt-controller.ts';
import { createSecretBytes, samplePrompts } from '../screens/models/ceremony.ts';

function asked(prompt: Prompt) {
	const stop = new AbortController();
	let changes = 0;
	const room = new PromptController(stop.signal, () => {
		changes += 1;
	});
	const reply = room.ask(prompt);
	return { room, reply, stop, changes: () => changes };
}

describe('a prompt', () => {
	it('is on screen until the operator replies', async () => {
		const { room, reply, changes } = asked(samplePrompts.nextPerson);
		expect(room.screen).toMatchObject({
			kind: 'ceremony',
			prompt: samplePrompts.nextPerson,
			number: 1,
		});
		room.act({ type: 'agree' });
		expect(await reply).toEqual({ kind: 'agreed' });
		expect(room.waiting).toBe(false);
		room.act({ type: 'agree' });
		await setImmediate();
		expect(room.screen).toBe(undefined);
		expect(changes()).toBe(2);
	});

	it('is replaced by the next one without a screen in between', async () => {
		const { room, reply, changes } = asked(samplePrompts.nextPerson);
		room.act({ type: 'agree' });
		await reply;
		void room.ask(samplePrompts.nextPerson);
		expect(room.screen?.number).toBe(2);
		await setImmediate();
		expect(room.screen?.number).toBe(2);
		expect(changes()).toBe(2);
	});

	it.each(Object.entries(samplePrompts))('%s accepts cancel and back', async (_, prompt) => {
		for (const type of ['not-now', 'back'] as const) {
			const { room, reply } = asked(prompt);
			room.act({ type });
			expect(await reply).toEqual({ kind: 'not-now' });
		}
	});

	it('ends when the run is stopped, and reports what unseals Vault', async () => {
		const { room, reply, stop } = asked(samplePrompts.reveal);
		const failed = reply.catch((thrown: unknown) => thrown);
		stop.abort();
		expect(room.screen).toBe(undefined);
		const error = await failed;
		expect(error).toBeInstanceOf(WizardError);
		expect(error).toMatchObject({ fault: 'cancelled' });
		expect((error as Error).message).toContain(samplePrompts.reveal.ceremony.safe);
		await expect(room.ask(samplePrompts.reveal)).rejects.toMatchObject({ fault: 'cancelled' });
		expect(room.screen).toBe(undefined);
	});

	it('ignores actions of other prompts and wipes their secrets', () => {
		const { room } = asked(samplePrompts.agree);
		const secret = createSecretBytes('a secret of another prompt');
		room.act({ type: 'give', secret });
		room.act({ type: 'decide', value: 'leave' });
		room.act({ type: 'apply' });
		expect(secret.length).toBe(0);
		expect(room.screen?.problem).toBe(undefined);
	});
});

describe('the typed confirmation', () => {
	it.each([undefined, '', 'rekey', 'REKEY acme-prod', 'rekey acme-prod '])(
		'%j is rejected',
		(typed) => {
			const { room } = asked(samplePrompts.agree);
			room.act({ type: 'agree', ...(typed === undefined ? {} : { typed }) });
			expect(room.screen?.problem).toMatch(/nothing was done/);
			expect(room.screen?.refused).toBe(1);
		},
	);

	it('is accepted if it matches exactly', async () => {
		const { room, reply } = asked(samplePrompts.agree);
		room.act({ type: 'agree', typed: 'wrong' });
		room.act({ type: 'agree', typed: 'rekey acme-prod' });
		expect(await reply).toEqual({ kind: 'agreed' });
	});
});

describe('a passphrase', () => {
	const long = 'correct horse battery';
	const given = (first: string, again?: string) => {
		const room = asked(samplePrompts.passphrase);
		const secret = createSecretBytes(first);
		const second = again === undefined ? undefined : createSecretBytes(again);
		room.room.act({ type: 'give', secret, ...(second === undefined ? {} : { again: second }) });
		return { ...room, secret, second };
	};

	it.each([
		['', '', /Nothing typed/],
		['short', 'short', /5 characters; at least 16/],
		['ünïcödé pässwö', 'ünïcödé pässwö', /14 characters/],
		[long, `${long}!`, /do not match/],
		[long, undefined, /do not match/],
	])('%j and %j are rejected and wiped', (first, again, problem) => {
		const { room, secret, second } = given(first, again);
		expect(room.screen?.problem).toMatch(problem);
		expect(secret.length).toBe(0);
		expect(second?.length ?? 0).toBe(0);
	});

	it('is returned if both match, and the second is wiped', async () => {
		const { reply, secret, second } = given(long, long);
		expect(await reply).toEqual({ kind: 'secret', secret });
		expect(secret.use((bytes) => bytes.toString())).toBe(long);
		expect(second?.length).toBe(0);
	});

	it('of an earlier run is accepted unchecked', async () => {
		const { room, reply } = asked(samplePrompts.passphraseBefore);
		room.act({ type: 'give', secret: createSecretBytes('x') });
		expect((await reply).kind).toBe('secret');
	});
});

it('rejects an empty key share', () => {
	const { room } = asked(samplePrompts.giveShare);
	room.act({ type: 'give', secret: createSecretBytes('') });
	expect(room.screen?.problem).toMatch(/Nothing typed/);
});

it('accepts only an existing choice', async () => {
	const { room, reply } = asked(samplePrompts.decide);
	room.act({ type: 'decide', value: 'something else' });
	expect(room.screen).not.toBe(undefined);
	room.act({ type: 'decide', value: 'cancel' });
	expect(await reply).toEqual({ kind: 'chosen', value: 'cancel' });
});
