import { catalogueOf } from '../../engine/catalogue.ts';
import type { Catalogue } from '../../engine/question.ts';
import type { Step } from '../../engine/step.ts';
import { access } from '../../steps/access/step.ts';
import { backup } from '../../steps/backup/step.ts';
import { bootstrap } from '../../steps/bootstrap/step.ts';
import { install } from '../../steps/install/step.ts';
import { network } from '../../steps/network/step.ts';
import { preflight } from '../../steps/preflight/step.ts';
import { rekey } from '../../steps/rekey/step.ts';
import { terraformTextRule } from '../../steps/rules/terraform-text.ts';
import type { Services } from '../../steps/services.ts';
import { settings } from '../../steps/settings/step.ts';
import { state } from '../../steps/state/step.ts';

/** Private Terraform Enterprise from the 2018 AMI, on current AWS services. */
export const ptfeAmi: { id: string; steps: readonly Step<Services>[]; catalogue: Catalogue } =
	(() => {
		const steps = [preflight, network, access, state, settings, install, bootstrap, rekey, backup];
		return { id: 'ptfe-ami', steps, catalogue: catalogueOf('ptfe-ami', steps, terraformTextRule) };
	})();
