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

# Each run gives one wrong value to many variables; every one of them has to be refused.

run "not_the_form" {
  command = plan

  variables {
    fqdn                        = "https://tfe.example.com"
    installation_id             = "0123456789AB"
    ami_id                      = "ami-1234"
    cert_id                     = "arn:aws:iam::123456789012:server-certificate/tfe"
    instance_subnet_id          = "10.0.0.0/24"
    elb_subnet_ids              = ["subnet-1", "subnet-2"]
    data_subnet_ids             = ["subnet-1", "subnet-2"]
    bucket_name                 = "TFE_data"
    tags                        = { InstallationId = "x" }
    hostname                    = "tfe example"
    external_cidr_blocks        = ["10.0.0.1/8"]
    ssh_cidr_blocks             = ["anywhere"]
    external_security_group_ids = ["web"]
    internal_security_group_ids = ["sg-xyz"]
    proxy_url                   = "proxy.example.com:3128"
    db_password                 = "with/slash-in-it"
    db_password_version         = 0
    db_username                 = "9lives"
    db_snapshot_identifier      = "my snapshot"
    db_engine_version           = "16.3"
    db_instance_class           = "m5.large"
    db_size_gb                  = 19
    db_backup_retention_days    = 36
    instance_type               = "large"
    key_name                    = "my key"
    startup_script              = "echo\r\n"
    redis_node_type             = "m5.large"
    ebs_size                    = 0
    ebs_redundancy              = 0
    kms_key_id                  = "alias/tfe"
    archivist_sse               = "AES256"
  }

  expect_failures = [
    var.fqdn, var.installation_id, var.ami_id, var.cert_id, var.instance_subnet_id, var.elb_subnet_ids,
    var.data_subnet_ids, var.bucket_name, var.tags, var.hostname, var.external_cidr_blocks,
    var.ssh_cidr_blocks, var.external_security_group_ids, var.internal_security_group_ids, var.proxy_url,
    var.db_password, var.db_password_version, var.db_username,
    var.db_snapshot_identifier, var.db_engine_version, var.db_instance_class, var.db_size_gb,
    var.db_backup_retention_days, var.instance_type, var.key_name, var.startup_script,
    var.redis_node_type, var.ebs_size, var.ebs_redundancy, var.kms_key_id, var.archivist_sse,
  ]
}

# Checked only when the variables they go with are right.
run "not_the_form_of_those_that_go_with_others" {
  command = plan

  variables {
    zone_id              = "/hostedzone/Z1"
    hostname             = "tfe"
    proxy_url            = "http://proxy.example.com:3128"
    no_proxy             = "a, b"
    db_name              = "atlas-production"
    archivist_sse        = "aws:kms"
    archivist_kms_key_id = "alias/tfe"
  }

  expect_failures = [var.zone_id, var.no_proxy, var.db_name, var.archivist_kms_key_id]
}

run "not_the_limits" {
  command = plan

  variables {
    fqdn                     = "192.0.2.1"
    bucket_name              = "192.168.1.1"
    elb_subnet_ids           = ["subnet-00000001"]
    data_subnet_ids          = ["subnet-00000001", "subnet-00000001"]
    tags                     = { "aws:owner" = "x" }
    external_cidr_blocks     = ["2001:db8::/32"]
    db_password              = "short-7"
    db_password_version      = 1.5
    db_username              = "Admin"
    db_engine_version        = "9"
    db_size_gb               = 80.5
    db_backup_retention_days = -1
    startup_script           = "END_OF_STARTUP_SCRIPT"
    ebs_size                 = 16385
    ebs_redundancy           = 2.5
    proxy_url                = "http://user:secret@proxy.example.com:3128"
  }

  expect_failures = [
    var.fqdn, var.bucket_name, var.elb_subnet_ids, var.data_subnet_ids, var.tags, var.external_cidr_blocks,
    var.db_password, var.db_password_version, var.db_username, var.db_engine_version, var.db_size_gb,
    var.db_backup_retention_days, var.startup_script, var.ebs_size, var.ebs_redundancy, var.proxy_url,
  ]
}

run "not_together" {
  command = plan

  variables {
    zone_id              = "Z0123456789ABCDEFGHIJ"
    no_proxy             = "localhost"
    db_name              = ""
    archivist_kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    bucket_name          = "tfe..data"
  }

  expect_failures = [var.zone_id, var.no_proxy, var.db_name, var.archivist_kms_key_id, var.bucket_name]
}

run "hostname_without_zone" {
  command         = plan
  expect_failures = [var.zone_id]

  variables {
    hostname = "tfe"
  }
}

run "snapshot_without_database" {
  command         = plan
  expect_failures = [var.db_snapshot_identifier]

  variables {
    local_db               = true
    db_snapshot_identifier = "tfe-2018"
  }
}

run "data_subnets_in_one_zone" {
  command         = plan
  expect_failures = [aws_db_subnet_group.main]

  override_data {
    target = data.aws_subnet.data[1]
    values = { vpc_id = "vpc-00000000000000001", availability_zone = "eu-west-1a" }
  }
}

run "balancer_away_from_the_instance" {
  command         = plan
  expect_failures = [aws_lb.main]

  override_data {
    target = data.aws_subnet.instance
    values = { vpc_id = "vpc-00000000000000001", availability_zone = "eu-west-1c" }
  }
}

run "balancer_subnets_in_one_zone" {
  command         = plan
  expect_failures = [aws_lb.main]

  override_data {
    target = data.aws_subnet.balancer[1]
    values = { vpc_id = "vpc-00000000000000001", availability_zone = "eu-west-1a" }
  }
}

run "subnets_of_another_network" {
  command         = plan
  expect_failures = [aws_lb.main, aws_db_subnet_group.main]

  override_data {
    target = data.aws_subnet.instance
    values = { vpc_id = "vpc-00000000000000002", availability_zone = "eu-west-1a" }
  }
}
