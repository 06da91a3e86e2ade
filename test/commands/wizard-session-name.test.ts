import { expect, it } from 'vitest';
import { parseCommandLine } from '../../source/commands/parse-command-line.ts';
import { createCommandContext } from '../../source/commands/run-command-line.ts';
import { getWizardSessionName } from '../../source/commands/wizard.ts';

it.each([
	['--practice --answers a.yaml', 'practice'],
	['wizard --practice --answers a.yaml', 'practice'],
	['--practice --answers a.yaml --session mine', 'mine'],
	['--answers a.yaml', 'default'],
	['--answers a.yaml --session acme-prod', 'acme-prod'],
])('"tfe-wizard %s" uses the session %s', (line, name) => {
	expect(getWizardSessionName(createCommandContext(parseCommandLine(line.split(' '))))).toBe(name);
});
