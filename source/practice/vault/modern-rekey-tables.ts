import type { RekeyStatusBody, VerificationBody } from './cli-types.ts';
import { formatJson, formatTable } from './modern-output.ts';

/** The CLI always prints the verification nonce; the API omits it if there is none. */
export const formatRekeyStatusJson = (body: RekeyStatusBody): string =>
	formatJson({ ...body, verification_nonce: body.verification_nonce ?? '' });

export function formatRekeyStatusTable(body: RekeyStatusBody): string {
	const rows: [string, string | number | boolean][] = [
		['Nonce', body.nonce],
		['Started', body.started],
	];
	if (body.started) {
		const phase = body.progress === body.required ? ' (verification in progress)' : '';
		rows.push(
			['Rekey Progress', `${body.progress}/${body.required}${phase}`],
			['New Shares', body.n],
			['New Threshold', body.t],
			['Verification Required', body.verification_required === true],
		);
		if (body.verification_nonce) rows.push(['Verification Nonce', body.verification_nonce]);
	}
	if (body.pgp_fingerprints !== null && body.pgp_fingerprints.length > 0) {
		rows.push(
			['PGP Fingerprints', `[${body.pgp_fingerprints.join(' ')}]`],
			['Backup', body.backup],
		);
	}
	return formatTable(rows);
}

export const formatVerificationTable = (body: VerificationBody): string =>
	formatTable([
		['Started', body.started],
		['New Shares', body.n],
		['New Threshold', body.t],
		['Verification Nonce', body.nonce],
		['Verification Progress', `${body.progress}/${body.t}`],
	]);
