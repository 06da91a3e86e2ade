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
	when: (context) => context.answers.network === 'create' && !wasStarted(context, 'network'),
	run: (context) => {
		const name = getAnswerText(context, 'network.create.name');
		const role = `${name}-flowlogs-${getAnswerText(context, 'region')}`;
		return findNameConflict(context, {
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
	when: (context) => context.answers.access === 'user' && !wasStarted(context, 'access'),
	run: (context) => {
		const name = getAnswerText(context, 'access.user.name');
		return findNameConflict(context, {
			what: `user "${name}"`,
			taken: userExists(context.services.aws, name),
			because: `the user ${name} exists`,
			key: 'access.user.name',
		});
	},
};

/**
 * Once a stack was started, resources with its names were created by this session, or by a lost
 * session whose state is adopted.
 */
export function wasStarted(context: Context, stack: string): boolean {
	const { notes } = context.session.record;
	return context.services.adoptState || notes[`stack.${stack}`] !== undefined;
}

/** The finding about a name that must be unique in the account. */
export async function findNameConflict(
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
