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

run "waits_for_its_settings" {
  command = plan

  assert {
    condition     = strcontains(local.user_data, "object='s3://tfe-example-data/tfe-setup-data'") && strcontains(local.user_data, "limit=14400")
    error_message = "The instance does not wait for the setup object."
  }

  assert {
    condition     = !strcontains(local.user_data, "proxy") && !strcontains(local.user_data, "startup script")
    error_message = "There is neither a proxy nor a startup script."
  }

  assert {
    condition     = startswith(local.user_data, "#!/bin/sh\n") && base64decode(aws_launch_template.main.user_data) == local.user_data
    error_message = "The script does not reach the launch template."
  }
}

run "waits_for_settings_of_its_own" {
  command = plan

  assert {
    condition     = strcontains(local.user_data, "marker='0123456789ab/1'\n")
    error_message = "Any setup object would do."
  }
}

run "waits_anew_after_a_change_of_password" {
  command = plan

  variables {
    db_password_version = 2
  }

  assert {
    condition     = strcontains(local.user_data, "marker='0123456789ab/2'\n")
    error_message = "The instance would boot with the password of before."
  }
}

run "asks_for_its_settings" {
  command = plan

  variables {
    local_setup = true
  }

  assert {
    condition     = !strcontains(local.user_data, "tfe-setup-data") && !strcontains(local.user_data, "marker") && strcontains(local.user_data, "/etc/ptfe/s3-bucket")
    error_message = "With local_setup the instance waits for nothing."
  }
}

run "proxy" {
  command = plan

  variables {
    proxy_url = "http://proxy.example.com:3128"
    no_proxy  = "10.0.0.0/8,.example.com"
  }

  assert {
    condition     = strcontains(local.user_data, "HTTPS_PROXY='http://proxy.example.com:3128'")
    error_message = "The proxy is not used."
  }

  # Through a proxy the metadata service, and with it the role, would be out of reach.
  assert {
    condition     = strcontains(local.user_data, "NO_PROXY='169.254.169.254,127.0.0.1,localhost,10.0.0.0/8,.example.com'")
    error_message = "The metadata service goes through the proxy."
  }
}

run "startup_script_comes_first" {
  command = plan

  variables {
    startup_script = <<-SCRIPT
      #!/bin/bash
      echo "$${HOME}" '%%{ if }' > /tmp/started
    SCRIPT
  }

  assert {
    condition     = strcontains(local.user_data, "#!/bin/bash\necho \"$${HOME}\" '%%{ if }' > /tmp/started\n")
    error_message = "The startup script is changed on its way."
  }

  assert {
    condition     = length(split("tfe-startup-script", split("tfe-setup-data", local.user_data)[0])) > 2
    error_message = "The startup script runs too late."
  }
}

run "startup_script_too_long" {
  command         = plan
  expect_failures = [aws_launch_template.main]

  variables {
    startup_script = join("\n", [for line in range(1000) : "echo line number ${line}"])
  }
}
