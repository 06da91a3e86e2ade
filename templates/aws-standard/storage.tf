resource "aws_s3_bucket" "main" {
  count = var.manage_bucket ? 1 : 0

  bucket        = var.bucket_name
  force_destroy = var.bucket_force_destroy

  tags = merge(var.tags, { Name = var.bucket_name })
}

resource "aws_s3_bucket_versioning" "main" {
  count = var.manage_bucket ? 1 : 0

  bucket = aws_s3_bucket.main[0].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "main" {
  count = var.manage_bucket ? 1 : 0

  bucket = aws_s3_bucket.main[0].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = local.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "main" {
  count = var.manage_bucket ? 1 : 0

  bucket = aws_s3_bucket.main[0].id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "main" {
  count = var.manage_bucket ? 1 : 0

  bucket = aws_s3_bucket.main[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "main" {
  count = var.manage_bucket ? 1 : 0

  bucket = aws_s3_bucket.main[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTls"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = local.tls_only_actions
      Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # S3 refuses changes to a bucket's access while another one is under way.
  depends_on = [aws_s3_bucket_public_access_block.main, aws_s3_bucket_ownership_controls.main]
}

resource "aws_s3_bucket_lifecycle_configuration" "main" {
  count = var.manage_bucket ? 1 : 0

  bucket = aws_s3_bucket.main[0].id

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.main]
}
