/** Message types that contain only addresses, ids, counts and times. */
const HARMLESS =
	/^(version|(apply|refresh)_\w+|planned_change|resource_drift|change_summary|init_output|state_lock_\w+)$/;

const LEFT_OUT = '(line omitted: the log is masked when the command ends)';

/**
 * The text of a line of Terraform's JSON log; undefined while the line is incomplete. The log is
 * not masked while the command runs, so free text is omitted: errors arrive, masked, as
 * diagnostics.
 */
export function formatLogLine(line: string): string | undefined {
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
