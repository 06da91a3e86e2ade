import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCloudForPracticeEndpoint } from '../../source/practice/practice-cloud-settings.ts';
import type { SeededResources } from '../../source/targets/ptfe-ami/practice/seed-cloud.ts';
import { copyTemplate } from './support.ts';

const versions = `terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {}
`;

/**
 * A root an operator could have written: the templates as modules, and policies of one's own
 * on the instance's role. `changed` turns the knobs an upgrade would turn.
 */
function installation(seeds: SeededResources, changed: boolean): string {
	return `${versions}
variable "db_password" {
  type      = string
  default   = null
  sensitive = true
  ephemeral = true
}

module "network" {
  source   = "./base-vpc"
  vpc_name = "practice"
  tags     = ${changed ? '{ Stage = "changed" }' : '{}'}
}

module "tfe" {
  source = "./aws-standard"

  fqdn                   = "${seeds.fqdn}"
  installation_id        = "0123456789ab"
  ami_id                 = "${seeds.amiId}"
  cert_id                = "${seeds.certificateArn}"
  key_name               = "${seeds.keyName}"
  zone_id                = "${seeds.zoneId}"
  hostname               = "${seeds.fqdn.split('.')[0]}"
  instance_subnet_id     = module.network.private_subnet_ids[0]
  elb_subnet_ids         = module.network.public_subnet_ids
  data_subnet_ids        = module.network.private_subnet_ids
  bucket_name            = "practice-tfe-data"
  bucket_force_destroy   = true
  db_password            = var.db_password
  db_deletion_protection = false
  instance_type          = "${changed ? 'm5.4xlarge' : 'm5.2xlarge'}"
  ssh_cidr_blocks        = ${changed ? '["10.0.0.0/8"]' : '[]'}
}

resource "aws_iam_role_policy" "extra" {
  for_each = toset(["read-images", "read-zones"])

  name = each.key
  role = module.tfe.iam_role

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "ec2:Describe*", Resource = "*" }]
  })
}

output "installation" {
  value = module.tfe
}
`;
}

/**
 * What moto does otherwise than AWS, mended beside the template: it ignores the condition of the
 * bucket policy's Deny, gives back a launch template and a parameter group not as they are, and
 * knows no instance refresh.
 */
const motoOverride = `locals {
  tls_only_actions = ["S3:*"]
}

resource "aws_launch_template" "main" {
  lifecycle {
    ignore_changes = [tag_specifications]
  }
}

resource "aws_db_parameter_group" "main" {
  lifecycle {
    ignore_changes = [parameter]
  }
}

resource "aws_autoscaling_group" "main" {
  dynamic "instance_refresh" {
    for_each = []

    content {
      strategy = "Rolling"
    }
  }
}
`;

/** moto cannot list all the kinds of credentials a forced deletion of a user looks for. */
const motoUserOverride = `resource "aws_iam_user" "deploy" {
  force_destroy = false
}
`;

export async function writeInstallationRoot(
	folder: string,
	endpoint: string,
	seeds: SeededResources,
) {
	await mkdir(folder, { recursive: true });
	await copyTemplate('base-vpc', join(folder, 'base-vpc'));
	await copyTemplate('aws-standard', join(folder, 'aws-standard'));
	await writeFile(join(folder, 'aws-standard', 'moto_override.tf'), motoOverride);
	await writeFile(join(folder, 'main.tf'), installation(seeds, false));
	await writeOverride(folder, endpoint, seeds.region);
}

export async function changeInstallationRoot(folder: string, seeds: SeededResources) {
	await writeFile(join(folder, 'main.tf'), installation(seeds, true));
}

/** The user with its policies, as a root of its own: the template itself plus a provider. */
export async function writeAccessRoot(folder: string, endpoint: string, region: string) {
	await copyTemplate('minimum-viable-iam', folder);
	await writeFile(join(folder, 'provider.tf'), 'provider "aws" {}\n');
	await writeFile(join(folder, 'moto_override.tf'), motoUserOverride);
	await writeOverride(folder, endpoint, region);
}

async function writeOverride(folder: string, endpoint: string, region: string) {
	const files = createCloudForPracticeEndpoint(endpoint, region).stackFiles('network');
	for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
