resource "aws_iam_user" "deploy" {
  name                 = var.user_name
  path                 = "/system/"
  permissions_boundary = var.permissions_boundary == "" ? null : var.permissions_boundary

  # Access keys are created outside of Terraform, so that no state contains them. They are deleted
  # with the user.
  force_destroy = true

  tags = merge(var.tags, { Name = var.user_name })
}

resource "aws_iam_group" "deploy" {
  name = var.user_name
  path = "/system/"
}

resource "aws_iam_user_group_membership" "deploy" {
  user   = aws_iam_user.deploy.name
  groups = [aws_iam_group.deploy.name]
}

# Several managed policies, because one holds 6144 characters and a group's own ones 5120.
resource "aws_iam_policy" "deploy" {
  for_each = local.policies

  name        = "${var.user_name}-${each.key}"
  path        = "/system/"
  description = each.value.description
  policy      = jsonencode({ Version = "2012-10-17", Statement = each.value.statements })

  tags = merge(var.tags, { Name = "${var.user_name}-${each.key}" })
}

resource "aws_iam_group_policy_attachment" "deploy" {
  for_each = aws_iam_policy.deploy

  group      = aws_iam_group.deploy.name
  policy_arn = each.value.arn
}
