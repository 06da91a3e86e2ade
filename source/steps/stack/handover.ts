/** The README of a workspace: how to go on by hand, without this program. */
export function handover(facts: {
	stack: string;
	template: string;
	session: string;
	practice: boolean;
}): string {
	const { stack, template, session, practice } = facts;
	const secret = stack === 'install';
	const lines = [
		`# Stack "${stack}" of the session "${session}"`,
		'',
		practice
			? 'PRACTICE: `practice_override.tf` pins provider and state to a practice cloud on this machine. Nothing here reaches a real account.'
			: 'This is plain Terraform: a copy of the template, its values, its provider and its backend. You can go on by hand at any time.',
		'',
		'| file | what it is |',
		'| --- | --- |',
		`| \`*.tf\` | the template \`${template}\` |`,
		'| `terraform.tfvars` | the values from the answers |',
		'| `providers.tf` | region and account, pinned |',
		'| `backend.tf` | where the state lies; without it, in this folder |',
		'',
		'```sh',
		`terraform plan        # "No changes" when nothing was altered since`,
		'terraform output',
		'```',
		'',
		...(secret
			? [
					'The database password is in no file here and not in the state. Terraform asks for it only when it sets it:',
					'when the database is made, or when `db_password_version` is raised. Then give it as `TF_VAR_db_password`.',
					'`tfe-setup-data`, which the instance reads at its first boot, is no resource: it would put the password into the state.',
					'tfe-wizard writes it to the bucket, encrypted with the installation’s KMS key.',
					'',
				]
			: []),
		'A file you change by hand is kept as it is by later runs, which say so.',
		'',
		`To go on with the installer instead: \`tfe-wizard ${practice ? 'practice' : 'install'} --session ${session}\``,
		'',
	];
	return lines.join('\n');
}
