data "aws_subnet" "balancer" {
  count = length(var.elb_subnet_ids)

  id = var.elb_subnet_ids[count.index]
}

resource "aws_lb" "main" {
  name               = local.name
  load_balancer_type = "application"
  internal           = var.internal_elb
  subnets            = var.elb_subnet_ids
  security_groups    = local.balancer_security_group_ids

  tags = merge(var.tags, { Name = local.name })

  lifecycle {
    precondition {
      condition     = length(distinct(data.aws_subnet.balancer[*].availability_zone)) == length(var.elb_subnet_ids)
      error_message = "Two of the elb_subnet_ids are in the same zone; a load balancer has one subnet in each zone."
    }

    precondition {
      condition     = contains(data.aws_subnet.balancer[*].availability_zone, local.zone)
      error_message = "None of the elb_subnet_ids is in the zone of instance_subnet_id; the load balancer would never reach the instance."
    }

    precondition {
      condition     = alltrue([for subnet in data.aws_subnet.balancer : subnet.vpc_id == local.vpc_id])
      error_message = "The elb_subnet_ids and the instance_subnet_id belong to different VPCs."
    }
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.cert_id

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main.arn
  }

  tags = merge(var.tags, { Name = "${local.name}-https" })
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }

  tags = merge(var.tags, { Name = "${local.name}-http" })
}

resource "aws_lb_target_group" "main" {
  name     = local.name
  port     = 8080
  protocol = "HTTP"
  vpc_id   = local.vpc_id

  # One instance: nothing to move connections to, so a replacement need not wait long for them.
  deregistration_delay = 30

  # As in 2018, where a TCP connection was enough: any response makes the target healthy, so
  # that users see the status page while the instance boots or reports a problem.
  health_check {
    path                = "/admin/bootstrap/status.json"
    matcher             = "200-499"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = merge(var.tags, { Name = local.name })
}
