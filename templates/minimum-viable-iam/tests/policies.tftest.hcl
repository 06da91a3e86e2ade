mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }

  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/system/mock" }
  }
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_iam_user.deploy.name == "tfe-deploy" && aws_iam_user.deploy.path == "/system/"
    error_message = "The user is not the one of 2018."
  }

  assert {
    condition     = aws_iam_user.deploy.permissions_boundary == null
    error_message = "No boundary was asked for."
  }

  assert {
    condition     = length(aws_iam_policy.deploy) >= 2 && length(aws_iam_policy.deploy) <= 10
    error_message = "A group takes ten managed policies."
  }

  # AWS counts characters without white space; jsonencode writes none.
  assert {
    condition     = alltrue([for policy in aws_iam_policy.deploy : length(policy.policy) < 6144])
    error_message = "Too long: ${jsonencode({ for name, policy in aws_iam_policy.deploy : name => length(policy.policy) })}"
  }

  assert {
    condition     = length(aws_iam_group_policy_attachment.deploy) == length(aws_iam_policy.deploy)
    error_message = "A policy is not attached."
  }

  assert {
    condition     = output.action_count == length(local.actions) && output.action_count > 200
    error_message = "Actions: ${output.action_count}"
  }

  # A name without its service, or with a wildcard, is a slip.
  assert {
    condition     = alltrue([for action in local.actions : can(regex("^[a-z0-9]+:[A-Z][A-Za-z0-9]+$", action))])
    error_message = "Not the name of an action: ${jsonencode([for action in local.actions : action if !can(regex("^[a-z0-9]+:[A-Z][A-Za-z0-9]+$", action))])}"
  }

  assert {
    condition = length(local.actions) == length(flatten([
      for policy in local.policies : [for statement in policy.statements : statement.Action]
    ]))
    error_message = "An action is listed twice."
  }

  assert {
    condition     = output.create_access_key_command == "aws iam create-access-key --user-name tfe-deploy"
    error_message = "The command does not name the user."
  }
}

run "rights_over_roles_are_bounded" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_policy.deploy["identity"].policy).Statement :
      alltrue([for resource in flatten([statement.Resource]) : resource != "*"])
    ])
    error_message = "No right over IAM may reach every role."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_policy.deploy["identity"].policy).Statement :
      can(statement.Condition.StringEquals["iam:PassedToService"]) if contains(statement.Action, "iam:PassRole")
    ])
    error_message = "PassRole needs a condition on the service."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_policy.deploy["identity"].policy).Statement :
      can(statement.Condition.StringEquals["iam:AWSServiceName"]) if contains(statement.Action, "iam:CreateServiceLinkedRole")
    ])
    error_message = "CreateServiceLinkedRole needs a condition on the service."
  }

  assert {
    condition = length(setintersection(local.actions, [
      "iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:CreateUser", "iam:PutUserPolicy", "iam:AddUserToGroup",
    ])) == 0
    error_message = "The user must not widen its own rights."
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(aws_iam_policy.deploy["storage"].policy).Statement :
      statement.Resource == "arn:aws:ssm:*:123456789012:parameter/tfe-wizard/*" if contains(statement.Action, "ssm:PutParameter")
    ])
    error_message = "Parameters only under /tfe-wizard/."
  }
}

run "chosen_buckets_and_boundary" {
  command = plan

  variables {
    user_name            = "installer"
    permissions_boundary = "arn:aws:iam::123456789012:policy/limit"
    bucket_names         = ["tfe-*", "state"]
  }

  assert {
    condition     = aws_iam_user.deploy.permissions_boundary == "arn:aws:iam::123456789012:policy/limit"
    error_message = "The boundary is not set."
  }

  assert {
    condition     = jsondecode(aws_iam_policy.deploy["storage"].policy).Statement[0].Resource == ["arn:aws:s3:::tfe-*", "arn:aws:s3:::state"]
    error_message = "Rights over buckets are not limited to those named."
  }

  assert {
    condition     = jsondecode(aws_iam_policy.deploy["storage"].policy).Statement[1].Resource == ["arn:aws:s3:::tfe-*/*", "arn:aws:s3:::state/*"]
    error_message = "Rights over objects are not limited to those named."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.deploy : startswith(policy.name, "installer-")])
    error_message = "Policies are named by the user."
  }
}

run "other_partition" {
  command = plan

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov", dns_suffix = "amazonaws.com" }
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.deploy : !strcontains(policy.policy, "arn:aws:")])
    error_message = "An ARN names the wrong partition."
  }
}

run "tags_reach_everything" {
  command = plan

  variables {
    tags = { CostCentre = "4711" }
  }

  assert {
    condition = alltrue([
      for tags in concat([aws_iam_user.deploy.tags], [for policy in aws_iam_policy.deploy : policy.tags]) :
      tags.CostCentre == "4711" && startswith(tags.Name, "tfe-deploy")
    ])
    error_message = "Something lacks the given tags, or its Name."
  }
}

run "user_name_with_forbidden_character" {
  command         = plan
  expect_failures = [var.user_name]

  variables {
    user_name = "tfe deploy"
  }
}

run "boundary_that_is_no_policy" {
  command         = plan
  expect_failures = [var.permissions_boundary]

  variables {
    permissions_boundary = "arn:aws:iam::123456789012:role/limit"
  }
}

run "no_bucket" {
  command         = plan
  expect_failures = [var.bucket_names]

  variables {
    bucket_names = []
  }
}

run "bucket_that_cannot_be" {
  command         = plan
  expect_failures = [var.bucket_names]

  variables {
    bucket_names = ["TFE"]
  }
}
