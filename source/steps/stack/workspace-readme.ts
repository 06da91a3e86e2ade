/** The README of a workspace: how to use it without this program. */
export function renderWorkspaceReadme(options: {
	stack: string;
	template: string;
	session: string;
	practice: boolean;
	/** Further lines about the stack. */
	notes?: readonly string[];
}): string {
	const { stack, template, session, practice, notes = [] } = options;
	const lines = [
		`# Stack "${stack}" of the session "${session}"`,
		'',
		practice
			? 'PRACTICE: `practice_override.tf` pins provider and state to a practice cloud on this computer. Nothing here affects a real account.'
			: 'This is plain Terraform: a copy of the template, its values, its provider and its backend. You can manage it yourself at any time.',
		'',
		'| file | content |',
		'| --- | --- |',
		`| \`*.tf\` | the template \`${template}\` |`,
		'| `terraform.tfvars` | the values from the answers |',
		'| `providers.tf` | the provider, pinned to region and account |',
		'| `backend.tf` | the state backend; without this file, state is in this directory |',
		'',
		'```sh',
		`terraform plan        # prints "No changes" if nothing was changed since`,
		'terraform output',
		'```',
		'',
		...(notes.length === 0 ? [] : [...notes, '']),
		'Later runs do not overwrite files that you edit, and print a warning.',
		'',
		`To continue with the installer: \`tfe-wizard ${practice ? 'practice' : 'install'} --session ${session}\``,
		'',
	];
	return lines.join('\n');
}
