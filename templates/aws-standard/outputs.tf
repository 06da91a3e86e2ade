# The first six have the names of the 2018 module.

output "dns_name" {
  description = "DNS name of the load balancer. Without zone_id: make fqdn a CNAME of it."
  value       = aws_lb.main.dns_name
}

output "zone_id" {
  description = "Hosted zone of the load balancer, for an alias record."
  value       = aws_lb.main.zone_id
}

output "url" {
  description = "Where Terraform Enterprise is reached."
  value       = "https://${var.fqdn}"
}

output "iam_role" {
  description = "Name of the instance's role, to attach further policies to."
  value       = aws_iam_role.instance.name
}

output "kms_key_id" {
  description = "ARN of the KMS key. The name is from 2018; kms_key_arn is the same."
  value       = local.kms_key_arn
}

output "account_id" {
  description = "AWS account of the installation."
  value       = local.account
}

output "kms_key_arn" {
  description = "ARN of the KMS key that encrypts bucket, database and volumes."
  value       = local.kms_key_arn
}

output "region" {
  description = "AWS region of the installation."
  value       = local.region
}

output "vpc_id" {
  description = "VPC of the installation."
  value       = local.vpc_id
}

output "installation_id" {
  description = "The id given."
  value       = var.installation_id
}

output "bucket_name" {
  description = "S3 bucket of the installation."
  value       = var.bucket_name

  # The setup object is written only after the encryption of the bucket is configured.
  depends_on = [aws_s3_bucket_server_side_encryption_configuration.main, aws_s3_bucket_policy.main]
}

output "database_host" {
  description = "Host name of the database; empty with local_db."
  value       = var.local_db ? "" : one(aws_db_instance.main[*].address)
}

output "database_port" {
  description = "Port of the database; absent with local_db."
  value       = one(aws_db_instance.main[*].port)
}

output "database_name" {
  description = "Name of the database; empty with local_db."
  value       = var.local_db ? "" : one(aws_db_instance.main[*].db_name)
}

output "database_username" {
  description = "User of the database; empty with local_db."
  value       = var.local_db ? "" : one(aws_db_instance.main[*].username)
}

output "redis_host" {
  description = "Host name of Redis; empty with local_redis."
  value       = var.local_redis ? "" : one(aws_elasticache_replication_group.main[*].primary_endpoint_address)
}

output "redis_port" {
  description = "Port of Redis; absent with local_redis."
  value       = one(aws_elasticache_replication_group.main[*].port)
}

output "autoscaling_group_name" {
  description = "Auto scaling group that keeps the one instance running."
  value       = aws_autoscaling_group.main.name
}

output "instance_security_group_id" {
  description = "Security group of the instance: the one made here, or the first of internal_security_group_ids."
  value       = local.instance_security_group_ids[0]
}

output "load_balancer_arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.main.arn
}

output "target_group_arn" {
  description = "ARN of the target group, to ask for the instance's health."
  value       = aws_lb_target_group.main.arn
}
