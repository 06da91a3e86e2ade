import type { EngineEvent } from '../../engine/events.ts';
import type { TerraformEvent } from '../../terraform/json-messages.ts';
import type { Context } from '../services.ts';

/** Converts terraform's messages to engine events; `see` receives each message first. */
export async function* forwardTerraformEvents<R>(
	context: Context,
	stack: string,
	running: AsyncGenerator<TerraformEvent, R>,
	onEvent?: (event: TerraformEvent) => void,
): AsyncGenerator<EngineEvent, R> {
	const { step } = context;
	for (;;) {
		const { value, done } = await running.next();
		if (done) return value;
		onEvent?.(value);
		switch (value.type) {
			case 'resource': {
				const { address, action, phase, elapsedSeconds, usualSeconds, id } = value;
				yield {
					type: 'resource',
					step,
					stack,
					address,
					action,
					phase,
					elapsedSeconds,
					usualSeconds,
					id,
				};
				break;
			}
			case 'diagnostic':
				// Printed whenever a mirror contains only one platform, which is normal for air-gapped sites.
				if (value.diagnostic.summary === 'Incomplete lock file information for providers') break;
				yield { type: 'diagnostic', step, diagnostic: value.diagnostic };
				break;
			case 'following':
				yield { type: 'log', step, path: value.log };
				break;
			case 'lock':
				if (value.state === 'waiting')
					yield { type: 'note', step, level: 'info', text: value.message };
				break;
		}
	}
}
