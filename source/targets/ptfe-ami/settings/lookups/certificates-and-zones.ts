import {
	type CertificateInfo,
	type HostedZoneInfo,
	lookUpCertificates,
	lookUpHostedZones,
} from '../../../../aws/lookups/account-resources.ts';
import type { Lookup, LookupChoice } from '../../../../engine/step.ts';
import {
	createChoices,
	createGlobalLookup,
	createRegionalLookup,
	formatDay,
	formatNounCount,
	joinDetails,
} from '../../../../steps/lookups/create-lookup.ts';
import { certificateArnRule } from '../../../../steps/rules/arns-regions-tags.ts';
import { optionalHostedZoneIdRule } from '../../../../steps/rules/names-and-identifiers.ts';
import { readTextAnswer } from '../../../../steps/rules/read-answers.ts';
import type { Services } from '../../../../steps/step-context.ts';

const FQDN = 'settings.fqdn';
const SHOWN_NAMES = 3;

/** Certificates in the region; those that cover the domain name come first. */
export const certificateLookup: Lookup<Services> = createRegionalLookup({
	key: 'settings.cert_id',
	what: 'certificates',
	needs: [FQDN],
	rule: certificateArnRule,
	async find(lookupContext, answers) {
		const fqdn = readTextAnswer(answers, FQDN);
		return createChoices(
			await lookUpCertificates(lookupContext),
			(one) => createCertificateChoice(one, fqdn, Date.now()),
			({ names }) => (names.includes(fqdn) ? 0 : 1),
			({ type }) => (type === 'PRIVATE' ? 1 : 0),
			({ expires }) => -(expires?.getTime() ?? 0),
			({ names }) => names[0] ?? '',
		);
	},
});

/** Pure; `now` in ms since the epoch. */
export function createCertificateChoice(
	one: CertificateInfo,
	fqdn: string,
	now: number,
): LookupChoice {
	const { arn, names, type, keyAlgorithm, expires, inUse } = one;
	const kinds: Readonly<Record<string, string>> = {
		PRIVATE: 'private CA, not publicly trusted',
		IMPORTED: 'imported',
	};
	return {
		value: arn,
		label: names[0] ?? arn,
		hint: joinDetails(
			also(names),
			expires && `expires ${formatDay(expires)}`,
			kinds[type],
			keyAlgorithm.replace('RSA-', 'RSA_').replace('_', ' '),
			inUse ? 'in use' : '',
		),
		refusal: getRefusal(one, fqdn, now),
	};
}

function getRefusal(
	{ status, expires, names }: CertificateInfo,
	fqdn: string,
	now: number,
): string | undefined {
	if (status === 'EXPIRED' || (expires !== undefined && expires.getTime() <= now)) {
		return expires === undefined ? 'has expired' : `expired on ${formatDay(expires)}`;
	}
	if (status !== 'ISSUED') {
		const words: Readonly<Record<string, string>> = {
			PENDING_VALIDATION: 'is not issued yet: validation is pending',
			VALIDATION_TIMED_OUT: 'was not issued: validation timed out',
		};
		return words[status] ?? `is ${status.toLowerCase().replaceAll('_', ' ')}`;
	}
	if (fqdn === '' || names.some((name) => certificateNameCovers(name, fqdn))) return undefined;
	return `does not cover ${fqdn}`;
}

function also([, ...others]: readonly string[]): string {
	if (others.length === 0) return '';
	const shown = others.slice(0, SHOWN_NAMES).join(' ');
	const rest = others.length - SHOWN_NAMES;
	return `also ${shown}${rest > 0 ? ` and ${rest} more` : ''}`;
}

const NONE: LookupChoice = { value: '', label: 'None', hint: 'DNS is managed elsewhere' };

/** Hosted zones; the closest parent of the domain name comes first. */
export const hostedZoneLookup: Lookup<Services> = createGlobalLookup({
	key: 'settings.zone_id',
	what: 'hosted zones',
	needs: [FQDN],
	rule: optionalHostedZoneIdRule,
	async find(lookupContext, answers) {
		const fqdn = readTextAnswer(answers, FQDN);
		const internal = answers['settings.internal_elb'] === true;
		const zones = createChoices(
			await lookUpHostedZones(lookupContext),
			(zone) => zoneChoice(zone, fqdn),
			// Of the zones that contain the domain, the longest name is the closest parent.
			({ name }) => -name.length,
			(zone) => (zone.private === internal ? 0 : 1),
			({ name }) => name,
			({ id }) => id,
		);
		const fitting = zones.filter(({ refusal }) => refusal === undefined);
		return [...fitting, NONE, ...zones.slice(fitting.length)];
	},
});

function zoneChoice(
	{ id, name, private: isPrivate, records, comment }: HostedZoneInfo,
	fqdn: string,
) {
	return {
		value: id,
		label: name,
		hint: joinDetails(
			isPrivate ? 'private, visible only in its VPCs' : 'public',
			formatNounCount(records, 'record'),
			comment,
		),
		refusal: fqdn === '' || isInZone(name, fqdn) ? undefined : `does not contain ${fqdn}`,
	};
}

/** Whether a certificate for `covering` is valid for `name`: a wildcard matches one label. */
export function certificateNameCovers(covering: string, name: string): boolean {
	if (!covering.startsWith('*.')) return covering === name;
	return name.slice(name.indexOf('.') + 1) === covering.slice(2) && name.includes('.');
}

/** Whether `name` is the name of the zone, or is within the zone. */
export function isInZone(zone: string, name: string): boolean {
	return name === zone || name.endsWith(`.${zone}`);
}
