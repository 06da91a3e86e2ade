/** Messages that hold nothing but addresses, ids, counts and times. */
const HARMLESS =
	/^(version|(apply|refresh)_\w+|planned_change|resource_drift|change_summary|init_output|state_lock_\w+)$/;

const LEFT_OUT = '(line omitted: the log is masked when the command ends)';

/**
 * What a line of terraform's JSON log says; half a line says nothing yet. While the command runs
 * the log is not masked, so free text is left out: errors come, masked, as diagnostics.
 */
export function readableLogLine(line: string): string | undefined {
	const text = line.trim();
	if (text === '') return undefined;
	if (!text.startsWith('{')) return LEFT_OUT;
	try {
		const { type, '@message': said } = JSON.parse(text) as Record<string, unknown>;
		if (type === 'diagnostic') return undefined;
		const harmless = typeof type === 'string' && HARMLESS.test(type);
		return harmless && typeof said === 'string' ? said : LEFT_OUT;
	} catch {
		return undefined;
	}
}
