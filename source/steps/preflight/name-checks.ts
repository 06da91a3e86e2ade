import { isAccessDenied } from '../../aws/aws-errors.ts';
import { roleExists, userExists } from '../../aws/iam-lookups.ts';
import { type Context, getAnswerText } from '../services.ts';
import {
	type Check,
	type CheckFinding,
	createFailFinding,
	createPassFinding,
	createUnknownFinding,
} from './check.ts';

// Most names are unique per account or region, so a second installation with the same names would
// fail midway through its apply. Checking the roles is enough: they are created first.

export const networkNameCheck: Check = {
	id: 'network-name',
	title: 'The network name is available',
	severity: 'blocker',
	asksAws: true,
	when: (context) => context.answers.network === 'create' && !begun(context, 'network'),
	run: (context) => {
		const name = getAnswerText(context, 'network.create.name');
		const role = `${name}-flowlogs-${getAnswerText(context, 'region')}`;
		return nameFinding(context, {
			what: `network "${name}"`,
			taken: roleExists(context.services.aws, role),
			because: `the role ${role} exists`,
			key: 'network.create.name',
		});
	},
};

export const iamUserNameCheck: Check = {
	id: 'user-name',
	title: 'The IAM user name is available',
	severity: 'blocker',
	asksAws: true,
	when: (context) => context.answers.access === 'user' && !begun(context, 'access'),
	run: (context) => {
		const name = getAnswerText(context, 'access.user.name');
		return nameFinding(context, {
			what: `user "${name}"`,
			taken: userExists(context.services.aws, name),
			because: `the user ${name} exists`,
			key: 'access.user.name',
		});
	},
};

export const installationIdCheck: Check = {
	id: 'installation-name',
	title: 'The installation ID is not in use',
	severity: 'blocker',
	asksAws: true,
	when: (context) => !begun(context, 'install'),
	run: (context) => {
		const id = getAnswerText(context, 'settings.installation_id');
		return nameFinding(context, {
			what: `installation ID ${id}`,
			taken: roleExists(context.services.aws, `tfe_iam_role-${id}`),
			because: `the role tfe_iam_role-${id} exists`,
			key: 'settings.installation_id',
		});
	},
};

/**
 * Once a stack was started, resources with its names were created by this session, or by a lost
 * session whose state is adopted.
 */
function begun(context: Context, stack: string): boolean {
	const { notes } = context.session.record;
	return context.services.adoptState || notes[`stack.${stack}`] !== undefined;
}

async function nameFinding(
	{ session }: Context,
	name: { what: string; taken: Promise<boolean>; because: string; key: string },
): Promise<CheckFinding> {
	try {
		if (!(await name.taken)) return createPassFinding(`${name.what} is available`);
	} catch (thrown) {
		if (isAccessDenied(thrown))
			return createUnknownFinding(
				`could not verify that ${name.what} is available: iam:Get… was denied`,
			);
		throw thrown;
	}
	return createFailFinding(
		`${name.what} is in use: ${name.because}`,
		`Choose another ${name.key} in the answers. If an earlier session created it, resume that session instead of "${session.name}": tfe-wizard sessions list. If that session is lost: --adopt-state`,
	);
}
