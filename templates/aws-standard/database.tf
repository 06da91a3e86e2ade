locals {
  databases = var.local_db ? 0 : 1
}

data "aws_subnet" "data" {
  count = 2

  id = var.data_subnet_ids[count.index]
}

resource "aws_db_subnet_group" "main" {
  count = local.databases

  name        = local.name
  description = "Database of Terraform Enterprise ${var.fqdn}."
  subnet_ids  = var.data_subnet_ids

  tags = merge(var.tags, { Name = local.name })

  lifecycle {
    precondition {
      condition     = length(distinct(data.aws_subnet.data[*].availability_zone)) == 2
      error_message = "The two data_subnet_ids are in the same zone; RDS needs two zones."
    }

    precondition {
      condition     = alltrue([for subnet in data.aws_subnet.data : subnet.vpc_id == local.vpc_id])
      error_message = "The data_subnet_ids and the instance_subnet_id belong to different VPCs."
    }
  }
}

resource "aws_db_parameter_group" "main" {
  count = local.databases

  # The version is in the name, so that an upgrade finds the new group beside the old one.
  name        = "${local.name}-postgres${var.db_engine_version}"
  family      = "postgres${var.db_engine_version}"
  description = "Database of Terraform Enterprise, installation ${var.installation_id}."

  # The 2018 image's client library knows no SCRAM and is not set up for TLS. From version 15
  # RDS turns both on by default.
  parameter {
    name  = "password_encryption"
    value = var.db_legacy_clients ? "md5" : "scram-sha-256"
  }

  parameter {
    name  = "rds.force_ssl"
    value = var.db_legacy_clients ? "0" : "1"
  }

  tags = merge(var.tags, { Name = "${local.name}-postgres${var.db_engine_version}" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "main" {
  count = local.databases

  identifier     = local.name
  engine         = "postgres"
  engine_version = var.db_engine_version
  instance_class = var.db_instance_class
  multi_az       = var.db_multi_az
  port           = 5432

  # A snapshot has its own user, and RDS refuses another one.
  snapshot_identifier = var.db_snapshot_identifier == "" ? null : var.db_snapshot_identifier
  username            = var.db_snapshot_identifier == "" ? var.db_username : null
  db_name             = var.db_name == "" ? null : var.db_name

  # Without a password the provider refuses even plans that need none. The placeholder is too
  # short for RDS, so a creation or a change without the password fails there.
  password_wo         = var.db_password == null ? "missing" : var.db_password
  password_wo_version = var.db_password_version

  storage_type      = "gp3"
  allocated_storage = var.db_size_gb
  storage_encrypted = true
  kms_key_id        = local.kms_key_arn

  db_subnet_group_name   = aws_db_subnet_group.main[0].name
  parameter_group_name   = aws_db_parameter_group.main[0].name
  vpc_security_group_ids = [aws_security_group.database[0].id]
  publicly_accessible    = false

  backup_retention_period   = var.db_backup_retention_days
  copy_tags_to_snapshot     = true
  deletion_protection       = var.db_deletion_protection
  skip_final_snapshot       = false
  final_snapshot_identifier = "${local.name}-final-${formatdate("YYYYMMDDhhmmss", plantimestamp())}"

  # An approved plan is applied now, not in the next maintenance window.
  apply_immediately           = true
  allow_major_version_upgrade = true
  auto_minor_version_upgrade  = true

  tags = merge(var.tags, { Name = local.name })

  lifecycle {
    # The final snapshot is named once, at creation: unique, and no change in every plan. The
    # snapshot it came from matters only then: taking it out later must not replace the database.
    # A restored database has the user, the encryption and the key of its snapshot, whatever the
    # configuration is. RDS changes none of the three in place, so a difference would replace the
    # database by an empty one.
    ignore_changes = [
      final_snapshot_identifier,
      kms_key_id,
      snapshot_identifier,
      storage_encrypted,
      username,
    ]
  }

  timeouts {
    create = "2h" # a large snapshot
    update = "2h"
    delete = "2h" # the final snapshot
  }
}
