mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  fqdn               = "tfe.example.com"
  installation_id    = "0123456789ab"
  ami_id             = "ami-58342c27"
  cert_id            = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
  instance_subnet_id = "subnet-00000000000000001"
  elb_subnet_ids     = ["subnet-0000000000000000a", "subnet-0000000000000000b"]
  data_subnet_ids    = ["subnet-00000000000000001", "subnet-00000000000000002"]
  bucket_name        = "tfe-example-data"
  db_password        = "Only:for_tests-1"
}

run "own_key" {
  command = plan

  variables {
    kms_key_id           = "arn:aws:kms:eu-west-1:123456789012:key/99999999-8888-7777-6666-555555555555"
    archivist_sse        = "aws:kms"
    archivist_kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/00000000-1111-2222-3333-444444444444"
  }

  assert {
    condition     = length(aws_kms_key.main) == 0 && length(aws_kms_alias.main) == 0
    error_message = "Your own key gets neither a rival nor an alias."
  }

  assert {
    condition     = aws_db_instance.main[0].kms_key_id == var.kms_key_id && output.kms_key_arn == var.kms_key_id
    error_message = "Your own key is not used."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.instance.policy).Statement[0].Resource == [var.kms_key_id, var.archivist_kms_key_id]
    error_message = "The instance may not use both keys."
  }
}

run "bucket_of_others" {
  command = plan

  variables {
    manage_bucket = false
  }

  assert {
    condition = length(concat(
      aws_s3_bucket.main, aws_s3_bucket_versioning.main, aws_s3_bucket_server_side_encryption_configuration.main,
      aws_s3_bucket_public_access_block.main, aws_s3_bucket_ownership_controls.main,
      aws_s3_bucket_policy.main, aws_s3_bucket_lifecycle_configuration.main,
    )) == 0
    error_message = "A bucket that exists already is left alone."
  }

  assert {
    condition     = output.bucket_name == "tfe-example-data"
    error_message = "It is used all the same."
  }
}

run "database_on_the_instance" {
  command = plan

  variables {
    local_db    = true
    db_name     = ""
    db_password = null
  }

  assert {
    condition = length(concat(
      aws_db_instance.main, aws_db_subnet_group.main, aws_db_parameter_group.main,
      aws_security_group.database, aws_vpc_security_group_ingress_rule.database,
    )) == 0
    error_message = "There is an RDS database, or part of one."
  }

  assert {
    condition     = output.database_host == "" && output.database_name == "" && output.database_username == "" && output.database_port == null
    error_message = "Outputs tell of a database that is not there."
  }

  assert {
    condition     = alltrue([for volume in aws_ebs_volume.data : volume.final_snapshot])
    error_message = "The only copy of the database would go without a snapshot."
  }
}

run "redis_of_its_own" {
  command = plan

  variables {
    local_redis     = false
    redis_node_type = "cache.m6g.large"
  }

  assert {
    condition     = length(aws_ebs_volume.data) == 0
    error_message = "Nothing on the instance needs data volumes."
  }

  assert {
    condition = (
      aws_elasticache_replication_group.main[0].engine == "redis" && aws_elasticache_replication_group.main[0].engine_version == "7.1" &&
      aws_elasticache_replication_group.main[0].node_type == "cache.m6g.large" &&
      tobool(aws_elasticache_replication_group.main[0].at_rest_encryption_enabled) &&
      !aws_elasticache_replication_group.main[0].transit_encryption_enabled
    )
    error_message = "Redis."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.cache) == 1 && aws_vpc_security_group_ingress_rule.cache[0].from_port == 6379
    error_message = "Only the instance reaches Redis, at its port."
  }

  assert {
    condition     = output.redis_port == 6379
    error_message = "Outputs of Redis."
  }
}

run "data_volumes" {
  command = plan

  variables {
    ebs_size       = 500
    ebs_redundancy = 3
  }

  assert {
    condition     = length(aws_ebs_volume.data) == 3 && alltrue([for volume in aws_ebs_volume.data : volume.size == 500])
    error_message = "ebs_size and ebs_redundancy do not reach the volumes."
  }
}

run "own_security_groups" {
  command = plan

  variables {
    external_security_group_ids = ["sg-00000000000000001"]
    internal_security_group_ids = ["sg-00000000000000002", "sg-00000000000000003"]
    ssh_cidr_blocks             = ["192.0.2.0/24"]
  }

  assert {
    condition = length(concat(
      aws_security_group.balancer, aws_security_group.instance, aws_vpc_security_group_egress_rule.instance,
      aws_vpc_security_group_ingress_rule.instance_balancer, aws_vpc_security_group_ingress_rule.balancer_instance,
    )) == 0 && length(aws_vpc_security_group_ingress_rule.balancer_users) == 0 && length(aws_vpc_security_group_ingress_rule.instance_ssh) == 0
    error_message = "Your own groups get no rules and no rivals."
  }

  assert {
    condition     = aws_lb.main.security_groups == toset(["sg-00000000000000001"]) && aws_launch_template.main.vpc_security_group_ids == toset(["sg-00000000000000002", "sg-00000000000000003"])
    error_message = "Your own groups are not used."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.database[*].referenced_security_group_id == ["sg-00000000000000002", "sg-00000000000000003"]
    error_message = "The database does not let your groups in."
  }

  assert {
    condition     = output.instance_security_group_id == "sg-00000000000000002"
    error_message = "Output instance_security_group_id."
  }
}

run "only_the_balancer_group_is_yours" {
  command = plan

  variables {
    external_security_group_ids = ["sg-00000000000000001", "sg-00000000000000004"]
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.instance_balancer[*].referenced_security_group_id == ["sg-00000000000000001", "sg-00000000000000004"]
    error_message = "The instance does not let your load balancer's groups in."
  }
}

run "narrow_access" {
  command = plan

  variables {
    external_cidr_blocks = ["192.0.2.0/24", "198.51.100.7/32"]
    ssh_cidr_blocks      = ["10.0.0.0/8"]
    internal_elb         = true
    key_name             = "operators"
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.balancer_users) == 4 && aws_vpc_security_group_ingress_rule.balancer_users["198.51.100.7/32:443"].cidr_ipv4 == "198.51.100.7/32"
    error_message = "Users come from the given ranges only."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.instance_ssh["10.0.0.0/8"].from_port == 22
    error_message = "SSH from the given range."
  }

  assert {
    condition     = aws_lb.main.internal && aws_launch_template.main.key_name == "operators"
    error_message = "internal_elb or key_name is lost."
  }
}

run "dns_record" {
  command = plan

  variables {
    zone_id  = "Z0123456789ABCDEFGHIJ"
    hostname = "tfe"
  }

  assert {
    condition     = aws_route53_record.main[0].name == "tfe" && aws_route53_record.main[0].type == "A" && length(aws_route53_record.main[0].alias) == 1
    error_message = "The record is an alias of the load balancer."
  }
}

run "restored_database" {
  command = plan

  variables {
    db_snapshot_identifier = "rds:tfe-2018-08-01"
    db_name                = ""
  }

  assert {
    condition     = aws_db_instance.main[0].snapshot_identifier == "rds:tfe-2018-08-01"
    error_message = "The snapshot is not used."
  }
}

run "modern_clients" {
  command = plan

  variables {
    db_legacy_clients = false
    db_engine_version = "17"
  }

  assert {
    condition = { for parameter in aws_db_parameter_group.main[0].parameter : parameter.name => parameter.value } == {
      "password_encryption" = "scram-sha-256"
      "rds.force_ssl"       = "1"
    }
    error_message = "The modern defaults are weakened."
  }

  assert {
    condition     = aws_db_parameter_group.main[0].family == "postgres17" && aws_db_parameter_group.main[0].name == "tfe-0123456789ab-postgres17"
    error_message = "The parameter group follows the version."
  }
}

run "tags_reach_everything" {
  command = plan

  variables {
    tags        = { CostCentre = "4711" }
    local_redis = false
    local_db    = false
  }

  assert {
    condition = alltrue([
      for tags in concat(
        [
          aws_lb.main.tags, aws_lb_target_group.main.tags, aws_lb_listener.https.tags, aws_lb_listener.http.tags,
          aws_launch_template.main.tags, aws_iam_role.instance.tags, aws_iam_instance_profile.instance.tags,
          aws_vpc_security_group_ingress_rule.balancer_users["0.0.0.0/0:443"].tags,
        ],
        aws_kms_key.main[*].tags, aws_s3_bucket.main[*].tags, aws_db_instance.main[*].tags,
        aws_db_subnet_group.main[*].tags, aws_db_parameter_group.main[*].tags,
        aws_elasticache_replication_group.main[*].tags, aws_elasticache_subnet_group.main[*].tags,
        aws_security_group.balancer[*].tags, aws_security_group.instance[*].tags,
        aws_security_group.database[*].tags, aws_security_group.cache[*].tags,
        [for specification in aws_launch_template.main.tag_specifications : specification.tags],
      ) : tags.CostCentre == "4711" && tags.Name != ""
    ])
    error_message = "Something lacks the given tags, or its Name."
  }

  assert {
    condition     = length([for tag in aws_autoscaling_group.main.tag : tag if tag.key == "CostCentre" && tag.propagate_at_launch]) == 1
    error_message = "The instance lacks the given tags."
  }
}
