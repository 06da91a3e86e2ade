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

run "database" {
  command = plan

  assert {
    condition = (
      aws_db_instance.main[0].engine == "postgres" && aws_db_instance.main[0].engine_version == "16" &&
      aws_db_instance.main[0].instance_class == "db.m5.large" && aws_db_instance.main[0].allocated_storage == 80 &&
      aws_db_instance.main[0].username == "atlas" && aws_db_instance.main[0].db_name == "atlas_production" &&
      aws_db_instance.main[0].multi_az && aws_db_instance.main[0].storage_type == "gp3" &&
      aws_db_instance.main[0].backup_retention_period == 7
    )
    error_message = "The database is not what 2018 had by default, on today's hardware."
  }

  assert {
    condition = (
      aws_db_instance.main[0].storage_encrypted && !aws_db_instance.main[0].publicly_accessible &&
      aws_db_instance.main[0].deletion_protection && !aws_db_instance.main[0].skip_final_snapshot
    )
    error_message = "The database is not protected."
  }

  assert {
    condition     = can(regex("^tfe-0123456789ab-final-[0-9]{14}$", aws_db_instance.main[0].final_snapshot_identifier))
    error_message = "Final snapshot: ${aws_db_instance.main[0].final_snapshot_identifier}"
  }

  assert {
    condition     = aws_db_instance.main[0].password == null && aws_db_instance.main[0].password_wo_version == 1
    error_message = "The password goes in by the write-only argument alone."
  }

  assert {
    condition = { for parameter in aws_db_parameter_group.main[0].parameter : parameter.name => parameter.value } == {
      "password_encryption" = "md5"
      "rds.force_ssl"       = "0"
    }
    error_message = "The 2018 image could not log in."
  }

  assert {
    condition = (
      length(aws_vpc_security_group_ingress_rule.database) == 1 &&
      aws_vpc_security_group_ingress_rule.database[0].from_port == 5432 &&
      aws_vpc_security_group_ingress_rule.database[0].to_port == 5432 &&
      aws_vpc_security_group_ingress_rule.database[0].cidr_ipv4 == null
    )
    error_message = "The database is open to more than the instance."
  }

  assert {
    condition     = output.database_port == 5432 && output.database_name == "atlas_production" && output.database_username == "atlas"
    error_message = "Outputs of the database."
  }
}

run "storage_and_key" {
  command = plan

  assert {
    condition     = length(aws_kms_key.main) == 1 && aws_kms_key.main[0].enable_key_rotation && length(aws_kms_alias.main) == 1
    error_message = "A rotating key with an alias is made."
  }

  assert {
    condition = (
      length(aws_s3_bucket.main) == 1 && !aws_s3_bucket.main[0].force_destroy &&
      aws_s3_bucket_versioning.main[0].versioning_configuration[0].status == "Enabled" &&
      aws_s3_bucket_ownership_controls.main[0].rule[0].object_ownership == "BucketOwnerEnforced"
    )
    error_message = "The bucket is versioned and owned by the account."
  }

  assert {
    condition = (
      aws_s3_bucket_public_access_block.main[0].block_public_acls && aws_s3_bucket_public_access_block.main[0].block_public_policy &&
      aws_s3_bucket_public_access_block.main[0].ignore_public_acls && aws_s3_bucket_public_access_block.main[0].restrict_public_buckets
    )
    error_message = "The bucket could become public."
  }

  assert {
    condition = one([
      for rule in aws_s3_bucket_server_side_encryption_configuration.main[0].rule :
      rule.bucket_key_enabled && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
    ])
    error_message = "The bucket is not encrypted by KMS with a bucket key."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.main[0].policy).Statement == [{
      Sid       = "OnlyTls"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = ["s3:*"]
      Resource  = ["arn:aws:s3:::tfe-example-data", "arn:aws:s3:::tfe-example-data/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
    error_message = "The bucket's policy."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.main[0].rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7
    error_message = "Unfinished uploads stay for ever."
  }
}

run "instance" {
  command = plan

  assert {
    condition = (
      aws_launch_template.main.image_id == "ami-58342c27" && aws_launch_template.main.instance_type == "m5.2xlarge" &&
      aws_launch_template.main.key_name == null && aws_launch_template.main.metadata_options[0].http_tokens == "optional"
    )
    error_message = "The instance."
  }

  assert {
    condition = (
      aws_launch_template.main.block_device_mappings[0].device_name == "/dev/sda1" &&
      aws_launch_template.main.block_device_mappings[0].ebs[0].volume_size == 250 &&
      aws_launch_template.main.block_device_mappings[0].ebs[0].volume_type == "gp3" &&
      tobool(aws_launch_template.main.block_device_mappings[0].ebs[0].encrypted)
    )
    error_message = "The root volume."
  }

  assert {
    condition = (
      aws_autoscaling_group.main.min_size == 1 && aws_autoscaling_group.main.max_size == 1 &&
      aws_autoscaling_group.main.health_check_type == "EC2" &&
      aws_autoscaling_group.main.vpc_zone_identifier == toset(["subnet-00000000000000001"]) &&
      aws_autoscaling_group.main.instance_refresh[0].preferences[0].min_healthy_percentage == 0
    )
    error_message = "One instance, replaced old before new, judged by EC2 alone."
  }

  assert {
    condition = {
      for tag in aws_autoscaling_group.main.tag : tag.key => tag.value if tag.propagate_at_launch
      } == {
      Name           = "terraform-enterprise-tfe.example.com"
      Hostname       = "tfe.example.com"
      InstallationId = "0123456789ab"
    }
    error_message = "The image needs its tags."
  }

  assert {
    condition = alltrue([
      for volume in aws_ebs_volume.data :
      volume.availability_zone == "eu-west-1a" && volume.size == 100 && volume.encrypted && volume.tags.InstallationId == "0123456789ab" && !volume.final_snapshot
    ]) && length(aws_ebs_volume.data) == 2
    error_message = "Two data volumes for Redis, beside the instance, found by their tag."
  }

  assert {
    condition = alltrue([
      for specification in aws_launch_template.main.tag_specifications : !contains(keys(specification.tags), "InstallationId")
    ])
    error_message = "The image would take its root volume for a data volume."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.instance_ssh) == 0
    error_message = "SSH is closed unless somebody opens it."
  }

  assert {
    condition     = length(aws_elasticache_replication_group.main) == 0 && output.redis_host == "" && output.redis_port == null
    error_message = "Redis is on the instance by default."
  }
}

run "balancer" {
  command = plan

  assert {
    condition     = aws_lb.main.load_balancer_type == "application" && !aws_lb.main.internal
    error_message = "A public application load balancer by default."
  }

  assert {
    condition = (
      aws_lb_listener.https.port == 443 && aws_lb_listener.https.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06" &&
      aws_lb_listener.https.certificate_arn == var.cert_id
    )
    error_message = "The HTTPS listener."
  }

  assert {
    condition     = aws_lb_listener.http.port == 80 && aws_lb_listener.http.default_action[0].redirect[0].status_code == "HTTP_301"
    error_message = "Port 80 leads to port 443."
  }

  assert {
    condition     = aws_lb_target_group.main.port == 8080 && aws_lb_target_group.main.protocol == "HTTP"
    error_message = "The instance listens on 8080."
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_ingress_rule.balancer_users)) == toset(["0.0.0.0/0:80", "0.0.0.0/0:443"])
    error_message = "Users reach 80 and 443 from anywhere by default."
  }

  assert {
    condition     = length(aws_route53_record.main) == 0
    error_message = "Without a zone there is no record."
  }

  assert {
    condition     = output.url == "https://tfe.example.com" && output.region == "eu-west-1" && output.account_id == "123456789012"
    error_message = "Outputs."
  }
}

# A plan that creates nothing needs no password.
run "without_password" {
  command = plan

  variables {
    db_password = null
  }

  assert {
    condition     = length(aws_db_instance.main) == 1
    error_message = "The plan fails without the password."
  }
}
