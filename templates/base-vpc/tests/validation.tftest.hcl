mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b"] }
  }
}

variables {
  vpc_name = "tfe"
}

run "range_too_large" {
  command         = plan
  expect_failures = [var.cidr_block]

  variables {
    cidr_block = "10.0.0.0/15"
  }
}

run "range_too_small" {
  command         = plan
  expect_failures = [var.cidr_block]

  variables {
    cidr_block = "10.0.0.0/21"
  }
}

run "range_with_host_bits" {
  command         = plan
  expect_failures = [var.cidr_block]

  variables {
    cidr_block = "10.0.0.1/16"
  }
}

run "range_that_is_none" {
  command         = plan
  expect_failures = [var.cidr_block]

  variables {
    cidr_block = "10.0.300.0/16"
  }
}

run "name_with_forbidden_character" {
  command         = plan
  expect_failures = [var.vpc_name]

  variables {
    vpc_name = "tfe prod"
  }
}

run "name_too_long" {
  command         = plan
  expect_failures = [var.vpc_name]

  variables {
    vpc_name = "a2345678901234567890123456789012345678901"
  }
}

run "one_zone" {
  command         = plan
  expect_failures = [var.availability_zones]

  variables {
    availability_zones = ["eu-west-1a"]
  }
}

run "same_zone_twice" {
  command         = plan
  expect_failures = [var.availability_zones]

  variables {
    availability_zones = ["eu-west-1a", "eu-west-1a"]
  }
}

run "retention_cloudwatch_does_not_offer" {
  command         = plan
  expect_failures = [var.flow_log_retention_days]

  variables {
    flow_log_retention_days = 91
  }
}

run "region_with_one_zone" {
  command         = plan
  expect_failures = [data.aws_availability_zones.usable]

  override_data {
    target = data.aws_availability_zones.usable
    values = { names = ["eu-west-1a"] }
  }
}
