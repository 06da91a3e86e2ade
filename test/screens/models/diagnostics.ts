import type { Diagnostic } from '../../../source/engine/events.ts';

/** What terraform says when AWS refuses the certificate of the load balancer. */
export const certificateDiagnostic: Diagnostic = {
	severity: 'error',
	summary:
		'creating ELBv2 Listener (arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/tfe-5f1c7a52/5d0d6b2f4c3e1a90): operation error Elastic Load Balancing v2: CreateListener, https response error StatusCode: 400, RequestID: 6f3b1c9e-0f8e-4f55-a9a1-7d6f7d0f1a2b, api error UnsupportedCertificate',
	detail:
		"The certificate 'arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b' must have a fully-qualified domain name, a supported signature, and a supported key size.",
	address: 'aws_lb_listener.https',
	range: 'load_balancer.tf:34:1',
	snippet: 'resource "aws_lb_listener" "https" {',
};

export const quotaDiagnostic: Diagnostic = {
	severity: 'error',
	summary: 'creating EC2 EIP: AddressLimitExceeded',
	detail: 'The maximum number of addresses has been reached.',
	address: 'aws_eip.nat[1]',
	range: 'routing.tf:7:1',
};

export const deprecationDiagnostic: Diagnostic = {
	severity: 'warning',
	summary: 'Argument is deprecated',
	detail: 'Use the resource aws_s3_bucket_policy instead.',
	address: 'aws_s3_bucket.main[0]',
	range: 'storage.tf:1:1',
};
