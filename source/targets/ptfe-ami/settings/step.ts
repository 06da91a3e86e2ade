import type { EngineEvent } from '../../../engine/events.ts';
import type { Step, StepResult } from '../../../engine/step.ts';
import {
	type Context,
	createNoteEvent,
	getAnswerText,
	type Services,
} from '../../../steps/step-context.ts';
import { settingsLookups, settingsQuestions, settingsRules } from './questions.ts';

export const settingsStep: Step<Services> = {
	id: 'settings',
	title: 'Settings',
	summary: 'Collects the settings of the installation. Changes nothing.',
	needs: ['preflight', 'network'],
	questions: settingsQuestions,
	rules: settingsRules,
	lookups: settingsLookups,
	intent: () => ['check every setting; change nothing'],
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	const { answers } = context;
	const warnings = [
		answers['settings.db_legacy_clients'] === true &&
			'the database accepts MD5 passwords and connections without TLS, because the 2018 AMI requires them',
		answers['settings.bucket_force_destroy'] === true &&
			'bucket_force_destroy is enabled: destroying the installation also destroys its backups',
		getAnswerText(context, 'settings.key_name') === '' &&
			'no key_name: SSH access to the instance is impossible, so no rekey, no support bundle, no troubleshooting',
	];
	for (const text of warnings) if (text !== false) yield createNoteEvent(context, 'warning', text);
	const fqdn = getAnswerText(context, 'settings.fqdn');
	return {
		summary: `${fqdn}, ${getAnswerText(context, 'settings.instance_type')}`,
		outputs: { fqdn },
	};
}
