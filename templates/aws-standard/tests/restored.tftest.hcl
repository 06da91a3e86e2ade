mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  fqdn                   = "tfe.example.com"
  installation_id        = "0123456789ab"
  ami_id                 = "ami-58342c27"
  cert_id                = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
  instance_subnet_id     = "subnet-00000000000000001"
  elb_subnet_ids         = ["subnet-0000000000000000a", "subnet-0000000000000000b"]
  data_subnet_ids        = ["subnet-00000000000000001", "subnet-00000000000000002"]
  bucket_name            = "tfe-example-data"
  db_password            = "Only:for_tests-1"
  db_snapshot_identifier = "tfe-2018-08-01"
  db_name                = ""
  kms_key_id             = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
}

# Applied with mocks, so that the next run has a database to leave as it is.
run "restored" {
  assert {
    condition     = aws_db_instance.main[0].kms_key_id == var.kms_key_id
    error_message = "The key of the first run."
  }
}

# Any of these would replace the database by an empty one.
run "user_key_and_snapshot_of_a_database_stay" {
  command = plan

  variables {
    db_snapshot_identifier = ""
    db_name                = "atlas_production"
    db_username            = "somebody"
    kms_key_id             = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000002"
  }

  assert {
    condition     = endswith(aws_db_instance.main[0].kms_key_id, "1") && aws_db_instance.main[0].username != "somebody"
    error_message = "The database would be made anew, empty."
  }
}
