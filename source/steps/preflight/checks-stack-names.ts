import { roleExists, userExists } from '../../aws/iam-names.ts';
import { isDenied } from '../../aws/problem.ts';
import { type Context, text } from '../services.ts';
import { type Check, type Finding, fail, pass, unknown } from './check.ts';

// Most names are an account's or a region's: a second installation with the same ones would fail
// half-way through its apply. The roles stand for all: they are made first and bear the names.

export const networkName: Check = {
	id: 'network-name',
	title: 'The name of the network is free',
	severity: 'blocker',
	asksAws: true,
	when: (context) => context.answers.network === 'create' && !begun(context, 'network'),
	run: (context) => {
		const name = text(context, 'network.create.name');
		const role = `${name}-flowlogs-${text(context, 'region')}`;
		return nameFinding(context, {
			what: `network "${name}"`,
			taken: roleExists(context.services.aws, role),
			because: `the role ${role} exists`,
			key: 'network.create.name',
		});
	},
};

export const userName: Check = {
	id: 'user-name',
	title: 'The name of the minimum user is free',
	severity: 'blocker',
	asksAws: true,
	when: (context) => context.answers.access === 'user' && !begun(context, 'access'),
	run: (context) => {
		const name = text(context, 'access.user.name');
		return nameFinding(context, {
			what: `user "${name}"`,
			taken: userExists(context.services.aws, name),
			because: `the user ${name} exists`,
			key: 'access.user.name',
		});
	},
};

export const installationName: Check = {
	id: 'installation-name',
	title: 'No other installation has the same id',
	severity: 'blocker',
	asksAws: true,
	when: (context) => !begun(context, 'install'),
	run: (context) => {
		const id = text(context, 'settings.installation_id');
		return nameFinding(context, {
			what: `installation id ${id}`,
			taken: roleExists(context.services.aws, `tfe_iam_role-${id}`),
			because: `the role tfe_iam_role-${id} exists`,
			key: 'settings.installation_id',
		});
	},
};

/**
 * Once a stack has been begun, what bears its names is what this session made itself; or what a
 * session made that is lost, whose state is taken over knowingly.
 */
function begun(context: Context, stack: string): boolean {
	const { notes } = context.session.record;
	return context.services.adoptState || notes[`stack.${stack}`] !== undefined;
}

async function nameFinding(
	{ session }: Context,
	name: { what: string; taken: Promise<boolean>; because: string; key: string },
): Promise<Finding> {
	try {
		if (!(await name.taken)) return pass(`${name.what} is free`);
	} catch (thrown) {
		if (isDenied(thrown))
			return unknown(`denied: iam:Get…. Whether ${name.what} is free is not known`);
		throw thrown;
	}
	return fail(
		`${name.what} is in use: ${name.because}`,
		`Choose another ${name.key} in the answers. If an earlier session made it, go on with that one instead of "${session.name}": tfe-wizard sessions list. If that session is lost: --adopt-state`,
	);
}
