data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account    = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  dns_suffix = data.aws_partition.current.dns_suffix

  # The other templates keep their roles and instance profiles under this path.
  iam_path = "tfe"

  bucket_arns = [for name in var.bucket_names : "arn:${local.partition}:s3:::${name}"]

  policies = {
    network  = { description = "Install Terraform Enterprise: VPC, load balancer.", statements = local.network_statements }
    compute  = { description = "Install Terraform Enterprise: instance, auto scaling.", statements = local.compute_statements }
    data     = { description = "Install Terraform Enterprise: database, Redis, DNS, logs.", statements = local.data_statements }
    storage  = { description = "Install Terraform Enterprise: buckets, state, keys.", statements = local.storage_statements }
    identity = { description = "Install Terraform Enterprise: roles.", statements = local.identity_statements }
  }

  actions = toset(flatten([for policy in local.policies : [for statement in policy.statements : statement.Action]]))
}
