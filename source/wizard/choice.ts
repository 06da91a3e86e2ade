/** A choice; with `refusal` it is shown but cannot be selected. */
export interface Choice {
	value: string;
	label: string;
	hint?: string;
	refusal?: string;
	/** A warning; selecting this choice asks for confirmation. */
	warning?: string;
}
