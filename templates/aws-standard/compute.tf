# Includes deprecated AMIs, which those from 2018 may be.
data "aws_ami" "main" {
  include_deprecated = true

  filter {
    name   = "image-id"
    values = [var.ami_id]
  }
}

locals {
  # Identifies the setup object. Another password version creates a new version of the launch
  # template, so the instance is replaced, and the new one waits for the new object.
  setup_marker = "${var.installation_id}/${var.db_password_version}"

  user_data = templatefile("${path.module}/user-data.sh.tftpl", {
    bucket         = var.bucket_name
    marker         = local.setup_marker
    region         = local.region
    startup_script = var.startup_script
    proxy_url      = var.proxy_url
    no_proxy       = join(",", compact(["169.254.169.254", "127.0.0.1", "localhost", var.no_proxy]))
    local_setup    = var.local_setup
  })
}

resource "aws_launch_template" "main" {
  name                   = local.name
  description            = "The instance of Terraform Enterprise."
  update_default_version = true

  image_id               = var.ami_id
  instance_type          = var.instance_type
  key_name               = var.key_name == "" ? null : var.key_name
  vpc_security_group_ids = local.instance_security_group_ids
  user_data              = base64encode(local.user_data)

  iam_instance_profile {
    arn = aws_iam_instance_profile.instance.arn
  }

  # The AWS tools of the 2018 image know only the first version of the metadata service. Two
  # hops, because containers ask it too.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "optional"
    http_put_response_hop_limit = 2
  }

  block_device_mappings {
    device_name = data.aws_ami.main.root_device_name

    ebs {
      volume_type           = "gp3"
      volume_size           = 250
      encrypted             = true
      kms_key_id            = local.kms_key_arn
      delete_on_termination = true
    }
  }

  # No InstallationId here: the image would take its root volume for a data volume.
  tag_specifications {
    resource_type = "volume"
    tags          = merge(var.tags, { Name = local.title })
  }

  tags = merge(var.tags, { Name = local.name })

  lifecycle {
    precondition {
      # EC2 counts bytes: 16384 of them are 21848 characters of base64.
      condition     = length(base64encode(local.user_data)) <= 21848
      error_message = "With the startup_script the instance's user data is longer than the 16 KiB EC2 takes. Let the script fetch the rest of itself."
    }
  }
}

resource "aws_autoscaling_group" "main" {
  name                = local.name
  min_size            = 1
  max_size            = 1
  desired_capacity    = 1
  vpc_zone_identifier = [var.instance_subnet_id]
  target_group_arns   = [aws_lb_target_group.main.arn]

  # Not ELB: until its settings are delivered the instance does not respond, possibly for hours.
  health_check_type         = "EC2"
  health_check_grace_period = 300
  wait_for_capacity_timeout = "15m"

  launch_template {
    id      = aws_launch_template.main.id
    version = aws_launch_template.main.latest_version
  }

  # A new version of the template replaces the instance. The old one goes first: both cannot
  # hold the data volumes.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 0
      instance_warmup        = 300
    }
  }

  dynamic "tag" {
    for_each = merge(var.tags, {
      Name           = local.title
      Hostname       = var.fqdn
      InstallationId = var.installation_id
    })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  # What the instance needs from its first second to its last: at its end it writes a backup.
  depends_on = [
    aws_db_instance.main,
    aws_ebs_volume.data,
    aws_elasticache_replication_group.main,
    aws_iam_role_policy.instance,
    aws_s3_bucket_policy.main,
    aws_s3_bucket_server_side_encryption_configuration.main,
    aws_s3_bucket_versioning.main,
    aws_vpc_security_group_egress_rule.instance,
    aws_vpc_security_group_ingress_rule.database,
    aws_vpc_security_group_ingress_rule.cache,
  ]

  timeouts {
    delete = "30m"
  }
}

# The instance finds them by their tag, attaches them and mirrors them, whichever instance it is.
resource "aws_ebs_volume" "data" {
  count = local.data_volumes

  availability_zone = local.zone
  size              = var.ebs_size
  type              = "gp3"
  encrypted         = true
  kms_key_id        = local.kms_key_arn

  # With local_db they hold the only copy of the database.
  final_snapshot = var.local_db

  tags = merge(var.tags, {
    Name           = local.title
    InstallationId = var.installation_id
  })
}
