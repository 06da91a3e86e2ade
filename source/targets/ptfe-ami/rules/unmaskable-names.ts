import { FIXED_NAME_LABEL } from '../../../engine/answers/find-registered-secrets.ts';

// Service host names: https://docs.aws.amazon.com/general/latest/gr/rande.html
// ARNs: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
const WORDS = `
	https://s3.amazonaws.com.cn elb.amazonaws.com rds.amazonaws.com cache.amazonaws.com
	ec2.amazonaws.com sts.amazonaws.com dynamodb.amazonaws.com kms.amazonaws.com
	arn:aws:elasticloadbalancing loadbalancer/app/ loadbalancer/net/ load-balancer targetgroup/
	target-group autoscaling:autoScalingGroup autoScalingGroupName/ auto-scaling-group
	launchtemplate launch-template secretsmanager cloudwatch cloudtrail elasticache
	arn:aws:iam::role/ arn:aws-cn: arn:aws-us-gov: instance-profile security-group subnet-group
	hostedzone route53 dynamodb elasticfilesystem dualstack internal-
	postgres postgresql database snapshot parameter terraform terraform-enterprise terraform.tfstate
	tfe-wizard tfe-setup-data ptfe replicated vault
	us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1 ca-central-1 ca-west-1
	eu-central-1 eu-central-2 eu-west-1 eu-west-2 eu-west-3 eu-north-1 eu-south-1 eu-south-2
	ap-east-1 ap-south-1 ap-south-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1
	ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 me-south-1 me-central-1 il-central-1
	af-south-1 sa-east-1 mx-central-1 cn-north-1 cn-northwest-1
`;

/**
 * Words that occur in names created by AWS and by this program. A secret that is part of such a name
 * would be in the output of every installation, and masking it would hide part of that name. In the
 * format that `findSecretsInAnswers` accepts for additional names.
 */
export const unmaskableNames: Readonly<Record<string, string>> = { [FIXED_NAME_LABEL]: WORDS };
