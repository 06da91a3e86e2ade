import type { Question } from '../../engine/question.ts';
import { terraformTextProblem } from '../../terraform/text.ts';

/** Parts of the answers that name files and programs of this computer, in any form it likes. */
const LOCAL = ['terraform', 'instance', 'rekey', 'backup'];

/**
 * The rule for texts of an answer: one that goes to Terraform must reach it byte for byte. Paths
 * on this computer and secrets do not go there; the policy files that paths name are checked when
 * they are read.
 */
export function terraformTextRule({ key, kind }: Question): Question['textProblem'] {
	if (kind === 'secret' || LOCAL.includes(key.split('.', 1)[0] ?? '')) return undefined;
	if (key !== 'settings.instance_role_policies') return terraformTextProblem;
	return (text, path) =>
		path.length === 2 && path[1] === 'file' ? undefined : terraformTextProblem(text);
}
