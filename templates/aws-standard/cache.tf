locals {
  caches = var.local_redis ? 0 : 1
}

resource "aws_elasticache_subnet_group" "main" {
  count = local.caches

  name        = local.name
  description = "Redis of Terraform Enterprise ${var.fqdn}."
  subnet_ids  = var.data_subnet_ids

  tags = merge(var.tags, { Name = local.name })
}

resource "aws_elasticache_replication_group" "main" {
  count = local.caches

  replication_group_id = local.name
  description          = "Redis of Terraform Enterprise ${var.fqdn}."

  engine               = "redis"
  engine_version       = "7.1"
  parameter_group_name = "default.redis7"
  node_type            = var.redis_node_type
  port                 = 6379

  # One in each data subnet; the second takes over.
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true

  subnet_group_name  = aws_elasticache_subnet_group.main[0].name
  security_group_ids = [aws_security_group.cache[0].id]

  # The 2018 image speaks plain Redis: no TLS, no password. The security group lets only the
  # instance in.
  at_rest_encryption_enabled = true
  kms_key_id                 = local.kms_key_arn
  transit_encryption_enabled = false

  apply_immediately          = true
  auto_minor_version_upgrade = true

  tags = merge(var.tags, { Name = local.name })
}
