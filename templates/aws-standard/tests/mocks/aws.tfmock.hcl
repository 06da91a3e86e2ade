# What the data sources of a made-up account in eu-west-1 answer. Values the provider checks the
# form of are given too; all else is made up by terraform.

mock_data "aws_region" {
  defaults = { id = "eu-west-1", name = "eu-west-1" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
}

mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_ami" {
  defaults = { root_device_name = "/dev/sda1" }
}

mock_data "aws_subnet" {
  defaults = { vpc_id = "vpc-00000000000000001", availability_zone = "eu-west-1a" }
}

override_data {
  target = data.aws_subnet.data[1]
  values = { vpc_id = "vpc-00000000000000001", availability_zone = "eu-west-1b" }
}

override_data {
  target = data.aws_subnet.balancer[1]
  values = { vpc_id = "vpc-00000000000000001", availability_zone = "eu-west-1b" }
}

mock_resource "aws_kms_key" {
  defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/tfe/tfe_iam_role-0123456789ab" }
}

mock_resource "aws_iam_instance_profile" {
  defaults = { arn = "arn:aws:iam::123456789012:instance-profile/tfe/tfe_instance_0123456789ab" }
}

mock_resource "aws_lb" {
  defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/tfe-0123456789ab/0000000000000001" }
}

mock_resource "aws_lb_target_group" {
  defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/tfe-0123456789ab/0000000000000001" }
}

mock_resource "aws_launch_template" {
  defaults = { id = "lt-00000000000000001", latest_version = 1 }
}
