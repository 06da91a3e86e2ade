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

# Applied with mocks, to see ids that a plan does not know yet.
run "who_may_talk_to_whom" {
  assert {
    condition     = aws_vpc_security_group_ingress_rule.database[0].referenced_security_group_id == aws_security_group.instance[0].id
    error_message = "The database lets in somebody else than the instance."
  }

  assert {
    condition = (
      length(aws_vpc_security_group_ingress_rule.instance_balancer) == 1 &&
      aws_vpc_security_group_ingress_rule.instance_balancer[0].referenced_security_group_id == aws_security_group.balancer[0].id &&
      aws_vpc_security_group_ingress_rule.instance_balancer[0].from_port == 8080
    )
    error_message = "The instance is reached by the load balancer alone, at 8080."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.balancer_instance[0].referenced_security_group_id == aws_security_group.instance[0].id &&
      aws_vpc_security_group_egress_rule.balancer[0].referenced_security_group_id == aws_security_group.instance[0].id
    )
    error_message = "Load balancer and instance reach each other."
  }

  assert {
    condition     = aws_launch_template.main.vpc_security_group_ids == toset([aws_security_group.instance[0].id])
    error_message = "The instance has its group."
  }

  assert {
    condition     = aws_autoscaling_group.main.target_group_arns == toset([aws_lb_target_group.main.arn])
    error_message = "The load balancer does not find the instance."
  }

  assert {
    condition     = output.instance_security_group_id == aws_security_group.instance[0].id
    error_message = "Output instance_security_group_id."
  }
}

run "key_policy_names_no_caller" {
  assert {
    condition = [for statement in jsondecode(aws_kms_key.main[0].policy).Statement : statement.Principal.AWS] == [
      "arn:aws:iam::123456789012:root", "*", "*",
    ]
    error_message = "Principals: ${aws_kms_key.main[0].policy}"
  }

  # A principal of * without these conditions would be everybody.
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_kms_key.main[0].policy).Statement : (
        statement.Condition.StringEquals == { "kms:CallerAccount" = "123456789012" } &&
        statement.Condition.ArnLike["aws:PrincipalArn"] == [
          "arn:aws:iam::123456789012:role/tfe/tfe_iam_role-0123456789ab",
          "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling*",
        ]
      ) if statement.Principal.AWS == "*"
    ])
    error_message = "A statement is open to more than the instance and auto scaling."
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_kms_key.main[0].policy).Statement :
      statement.Condition.Bool if statement.Action == "kms:CreateGrant"
    ]) == { "kms:GrantIsForAWSResource" = "true" }
    error_message = "Grants only for AWS services."
  }

  assert {
    condition     = output.kms_key_arn == aws_kms_key.main[0].arn && output.kms_key_id == aws_kms_key.main[0].arn
    error_message = "Outputs of the key."
  }

  assert {
    condition = (
      aws_db_instance.main[0].kms_key_id == aws_kms_key.main[0].arn &&
      aws_ebs_volume.data[0].kms_key_id == aws_kms_key.main[0].arn &&
      aws_launch_template.main.block_device_mappings[0].ebs[0].kms_key_id == aws_kms_key.main[0].arn
    )
    error_message = "Something is encrypted with another key."
  }
}

run "instance_role" {
  assert {
    condition     = output.iam_role == "tfe_iam_role-0123456789ab" && aws_iam_role.instance.path == "/tfe/"
    error_message = "The role's name is that of 2018, under /tfe/."
  }

  # ec2:CreateTag, as in 2018, would deny nothing.
  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.instance.policy).Statement : statement.Action if statement.Effect == "Deny"
    ]) == ["ec2:CreateTags", "ec2:DeleteTags"]
    error_message = "The instance may tag."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.instance.policy).Statement :
      can(statement.Condition.StringEquals["ec2:ResourceTag/InstallationId"]) if statement.Effect == "Allow" && contains(statement.Action, "ec2:*")
    ])
    error_message = "The instance has rights over machines of others."
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.instance.policy).Statement : statement.Resource if statement.Sid == "WriteLogs"
    ]) == ["arn:aws:logs:eu-west-1:123456789012:log-group:tfe.example.com*"]
    error_message = "The instance's logs."
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.instance.policy).Statement : statement.Resource if statement.Sid == "UseObjects"
    ]) == ["arn:aws:s3:::tfe-example-data/*"]
    error_message = "The instance's bucket."
  }
}
