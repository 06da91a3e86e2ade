mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-west-1", name = "eu-west-1" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
  }
}

variables {
  vpc_name = "tfe"
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_vpc.main.cidr_block == "172.23.0.0/16"
    error_message = "The default range is not the one of 2018."
  }

  assert {
    condition     = aws_subnet.private[*].cidr_block == ["172.23.0.0/19", "172.23.32.0/19"]
    error_message = "Private subnets: ${jsonencode(aws_subnet.private[*].cidr_block)}"
  }

  assert {
    condition     = aws_subnet.public[*].cidr_block == ["172.23.64.0/21", "172.23.72.0/21"]
    error_message = "Public subnets: ${jsonencode(aws_subnet.public[*].cidr_block)}"
  }

  assert {
    condition = (
      aws_subnet.private[*].availability_zone == ["eu-west-1a", "eu-west-1b"] &&
      aws_subnet.public[*].availability_zone == ["eu-west-1a", "eu-west-1b"]
    )
    error_message = "Each kind of subnet needs one in each of the first two zones."
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 2 && length(aws_eip.nat) == 2
    error_message = "By default every zone has a NAT gateway of its own."
  }

  assert {
    condition     = alltrue([for address in aws_eip.nat : address.domain == "vpc"])
    error_message = "NAT addresses belong to the VPC domain."
  }

  assert {
    condition     = length(aws_route.private_internet) == 2 && length(aws_route_table_association.private) == 2
    error_message = "Every private subnet needs a way out."
  }

  assert {
    condition     = aws_vpc_endpoint.s3.service_name == "com.amazonaws.eu-west-1.s3" && aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway"
    error_message = "The S3 endpoint is not a gateway of this region."
  }

  assert {
    condition     = aws_cloudwatch_log_group.flow_logs.retention_in_days == 90
    error_message = "Flow logs are kept 90 days by default."
  }

  assert {
    condition     = aws_flow_log.main.traffic_type == "ALL"
    error_message = "Flow logs hold accepted and rejected traffic."
  }

  assert {
    condition     = aws_iam_role.flow_logs.name == "tfe-flowlogs-eu-west-1" && aws_iam_role.flow_logs.path == "/tfe/"
    error_message = "The role lies under /tfe/ and is named by VPC and region."
  }

  assert {
    condition = jsondecode(aws_iam_role.flow_logs.assume_role_policy).Statement[0].Condition.StringEquals == {
      "aws:SourceAccount" = "123456789012"
    }
    error_message = "Only flow logs of this account may use the role."
  }
}

run "smallest_range" {
  command = plan

  variables {
    cidr_block = "10.0.16.0/20"
  }

  assert {
    condition     = aws_subnet.private[*].cidr_block == ["10.0.16.0/23", "10.0.18.0/23"]
    error_message = "Private subnets: ${jsonencode(aws_subnet.private[*].cidr_block)}"
  }

  # A load balancer needs a /27 with eight free addresses.
  assert {
    condition     = aws_subnet.public[*].cidr_block == ["10.0.20.0/25", "10.0.20.128/25"]
    error_message = "Public subnets: ${jsonencode(aws_subnet.public[*].cidr_block)}"
  }
}

run "chosen_zones" {
  command = plan

  variables {
    availability_zones = ["eu-west-1c", "eu-west-1a"]
  }

  assert {
    condition     = aws_subnet.private[*].availability_zone == ["eu-west-1c", "eu-west-1a"]
    error_message = "The chosen zones are used, in their order."
  }
}

# With mocks an apply shows what a plan leaves unknown: which gateway each route leads to.
run "single_nat_gateway" {
  variables {
    single_nat_gateway = true
  }

  override_resource {
    target = aws_cloudwatch_log_group.flow_logs
    values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/tfe/tfe/flow-logs" }
  }

  override_resource {
    target = aws_iam_role.flow_logs
    values = { arn = "arn:aws:iam::123456789012:role/tfe/tfe-flowlogs-eu-west-1" }
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 1 && length(aws_eip.nat) == 1
    error_message = "One NAT gateway was asked for."
  }

  assert {
    condition     = alltrue([for route in aws_route.private_internet : route.nat_gateway_id == aws_nat_gateway.main[0].id])
    error_message = "Both private subnets leave through the one gateway."
  }

  assert {
    condition     = length(aws_vpc_endpoint.s3.route_table_ids) == 3
    error_message = "All route tables know the S3 endpoint."
  }

  assert {
    condition     = length(aws_default_security_group.unused.ingress) == 0 && length(aws_default_security_group.unused.egress) == 0
    error_message = "The default security group has no rules."
  }

  assert {
    condition     = length(output.private_subnet_ids) == 2 && can(tostring(output.private_subnet_ids[0]))
    error_message = "Outputs are flat lists."
  }

  assert {
    condition     = length(output.nat_public_ips) == 1
    error_message = "One gateway has one public address."
  }
}

run "tags_reach_everything" {
  command = plan

  variables {
    tags = { CostCentre = "4711", Name = "not-this" }
  }

  assert {
    condition = alltrue([
      for tags in concat(
        [
          aws_vpc.main.tags, aws_default_security_group.unused.tags, aws_internet_gateway.main.tags,
          aws_route_table.public.tags, aws_vpc_endpoint.s3.tags, aws_cloudwatch_log_group.flow_logs.tags,
          aws_flow_log.main.tags, aws_iam_role.flow_logs.tags,
        ],
        aws_subnet.private[*].tags, aws_subnet.public[*].tags, aws_eip.nat[*].tags,
        aws_nat_gateway.main[*].tags, aws_route_table.private[*].tags,
      ) : tags.CostCentre == "4711" && startswith(tags.Name, "tfe")
    ])
    error_message = "Something lacks the given tags, or lost its Name."
  }
}
