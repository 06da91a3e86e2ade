locals {
  identity_statements = [
    {
      Sid    = "Roles"
      Effect = "Allow"
      Resource = [
        "arn:${local.partition}:iam::${local.account}:role/${local.iam_path}/*",
        "arn:${local.partition}:iam::${local.account}:instance-profile/${local.iam_path}/*",
      ]
      Action = [
        "iam:AddRoleToInstanceProfile",
        "iam:AttachRolePolicy",
        "iam:CreateInstanceProfile",
        "iam:CreateRole",
        "iam:DeleteInstanceProfile",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:GetInstanceProfile",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfileTags",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:ListRoleTags",
        "iam:PutRolePolicy",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:TagRole",
        "iam:UntagInstanceProfile",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ]
    },
    {
      Sid      = "HandRolesToTheirServices"
      Effect   = "Allow"
      Resource = "arn:${local.partition}:iam::${local.account}:role/${local.iam_path}/*"
      Action   = ["iam:PassRole"]
      Condition = {
        StringEquals = {
          "iam:PassedToService" = distinct(["ec2.amazonaws.com", "ec2.${local.dns_suffix}", "vpc-flow-logs.amazonaws.com"])
        }
      }
    },
    {
      # Made once in an account, by the first one who uses the service.
      Sid      = "ServiceLinkedRoles"
      Effect   = "Allow"
      Resource = "arn:${local.partition}:iam::${local.account}:role/aws-service-role/*"
      Action   = ["iam:CreateServiceLinkedRole"]
      Condition = {
        StringEquals = {
          "iam:AWSServiceName" = [
            "autoscaling.amazonaws.com",
            "elasticache.amazonaws.com",
            "elasticloadbalancing.amazonaws.com",
            "rds.amazonaws.com",
          ]
        }
      }
    },
    {
      Sid      = "SeeOwnRights"
      Effect   = "Allow"
      Resource = "arn:${local.partition}:iam::${local.account}:user/system/${var.user_name}"
      Action   = ["iam:GetUser", "iam:SimulatePrincipalPolicy"]
    },
  ]
}
