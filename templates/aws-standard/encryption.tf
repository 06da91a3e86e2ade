resource "aws_kms_key" "main" {
  count = var.kms_key_id == "" ? 1 : 0

  description         = "Terraform Enterprise ${var.fqdn}: bucket, database, volumes."
  enable_key_rotation = true

  # The longest there is: the database's final snapshot and the backups can be read only until
  # then, unless the deletion is cancelled.
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountDecidesByIamPolicies"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      # Principals by condition: one that is named has to exist when the policy is written, and
      # the service-linked role of a fresh account does not.
      {
        Sid       = "InstanceAndAutoScalingUseTheKey"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource  = "*"
        Condition = {
          StringEquals = { "kms:CallerAccount" = local.account }
          ArnLike      = { "aws:PrincipalArn" = local.key_users }
        }
      },
      # Encrypted volumes are attached under a grant. Without it auto scaling's instances die at
      # launch with Client.InternalError.
      # https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
      {
        Sid       = "InstanceAndAutoScalingAttachVolumes"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = "kms:CreateGrant"
        Resource  = "*"
        Condition = {
          StringEquals = { "kms:CallerAccount" = local.account }
          ArnLike      = { "aws:PrincipalArn" = local.key_users }
          Bool         = { "kms:GrantIsForAWSResource" = "true" }
        }
      },
    ]
  })

  tags = merge(var.tags, { Name = local.kms_name })
}

locals {
  key_users = [
    aws_iam_role.instance.arn,
    "arn:${local.partition}:iam::${local.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling*",
  ]
}

# Only for the key made here: a key of yours keeps the names you gave it.
resource "aws_kms_alias" "main" {
  count = var.kms_key_id == "" ? 1 : 0

  name          = "alias/${local.kms_name}"
  target_key_id = aws_kms_key.main[0].key_id
}
