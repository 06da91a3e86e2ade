resource "aws_route53_record" "main" {
  # By hostname, which is always known; the zone may be created in the same run.
  count = var.hostname == "" ? 0 : 1

  zone_id = var.zone_id
  name    = var.hostname
  type    = "A"

  alias {
    name                   = aws_lb.main.dns_name
    zone_id                = aws_lb.main.zone_id
    evaluate_target_health = false
  }
}
