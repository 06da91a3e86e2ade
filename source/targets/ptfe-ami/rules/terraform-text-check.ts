import type { Question } from '../../../engine/question.ts';
import { getTerraformTextProblem } from '../../../terraform/format-hcl.ts';

/** Sections of the answers with local files and programs, whose names are unrestricted. */
const LOCAL = ['terraform', 'instance', 'rekey', 'backup'];

/**
 * The rule for strings that are passed to Terraform: they must reach it byte for byte. Local paths
 * and secrets are not passed to Terraform; policy files are checked when they are read.
 */
export function createTerraformTextCheck({ key, kind }: Question): Question['textProblem'] {
	if (kind === 'secret' || LOCAL.includes(key.split('.', 1)[0] ?? '')) return undefined;
	if (key !== 'settings.instance_role_policies') return getTerraformTextProblem;
	return (text, path) =>
		path.length === 2 && path[1] === 'file' ? undefined : getTerraformTextProblem(text);
}
