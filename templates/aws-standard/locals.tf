data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_subnet" "instance" {
  id = var.instance_subnet_id
}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  # `id` is the region's name in every provider version; `name` became `region` in 6.0.
  region = data.aws_region.current.id

  # The VPC and the zone of the installation follow from where the instance is.
  vpc_id = data.aws_subnet.instance.vpc_id
  zone   = data.aws_subnet.instance.availability_zone

  # Short names where few characters are allowed, descriptive ones elsewhere.
  name       = "tfe-${var.installation_id}"
  title      = substr("terraform-enterprise-${var.fqdn}", 0, 255)
  kms_name   = "terraform_enterprise-${var.installation_id}"
  iam_path   = "/tfe/"
  bucket_arn = "arn:${local.partition}:s3:::${var.bucket_name}"

  kms_key_arn = var.kms_key_id == "" ? one(aws_kms_key.main[*].arn) : var.kms_key_id

  data_volumes = var.local_redis || var.local_db ? var.ebs_redundancy : 0
}

locals {
  # A local of its own, so that it can be overridden where an S3 look-alike ignores the
  # conditions of a Deny.
  tls_only_actions = ["s3:*"]
}
