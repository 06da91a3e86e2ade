resource "aws_iam_role" "instance" {
  name        = "tfe_iam_role-${var.installation_id}"
  path        = local.iam_path
  description = "The instance of Terraform Enterprise ${var.fqdn}."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.${data.aws_partition.current.dns_suffix}" }
    }]
  })

  tags = merge(var.tags, { Name = "tfe_iam_role-${var.installation_id}" })
}

resource "aws_iam_instance_profile" "instance" {
  name = "tfe_instance_${var.installation_id}"
  path = local.iam_path
  role = aws_iam_role.instance.name

  tags = merge(var.tags, { Name = "tfe_instance_${var.installation_id}" })
}

resource "aws_iam_role_policy" "instance" {
  name   = "TFE-${var.installation_id}"
  role   = aws_iam_role.instance.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.instance_statements })
}

locals {
  # What encrypts the bucket, and what Terraform Enterprise asks S3 to encrypt with.
  instance_key_arns = distinct(compact([local.kms_key_arn, var.archivist_kms_key_id]))

  instance_statements = [
    {
      Sid      = "UseKeys"
      Effect   = "Allow"
      Action   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
      Resource = local.instance_key_arns
    },
    {
      Sid       = "AttachEncryptedVolumes"
      Effect    = "Allow"
      Action    = ["kms:CreateGrant"]
      Resource  = local.instance_key_arns
      Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
    },
    {
      Sid      = "SeeBucket"
      Effect   = "Allow"
      Action   = ["s3:ListBucket*", "s3:GetBucket*", "s3:GetEncryptionConfiguration"]
      Resource = [local.bucket_arn]
    },
    {
      Sid      = "UseObjects"
      Effect   = "Allow"
      Action   = ["s3:*Object*", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
      Resource = ["${local.bucket_arn}/*"]
    },
    {
      Sid    = "WriteLogs"
      Effect = "Allow"
      Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      # The groups are named {fqdn}-{service}. 2018 left the account out, so that nothing matched.
      Resource = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${var.fqdn}*"]
    },
    {
      # The image finds its data volumes by their tag and attaches them itself.
      Sid       = "UseOwnMachineAndVolumes"
      Effect    = "Allow"
      Action    = ["ec2:*"]
      Resource  = ["*"]
      Condition = { StringEquals = { "ec2:ResourceTag/InstallationId" = var.installation_id } }
    },
    {
      Sid      = "FindMachineAndVolumes"
      Effect   = "Allow"
      Action   = ["ec2:DescribeInstances", "ec2:DescribeTags", "ec2:DescribeVolumes"]
      Resource = ["*"]
    },
    {
      # Otherwise it could gain access to any instance by tagging it.
      Sid      = "NeverTag"
      Effect   = "Deny"
      Action   = ["ec2:CreateTags", "ec2:DeleteTags"]
      Resource = ["*"]
    },
  ]
}
