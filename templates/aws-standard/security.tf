# Allowed connections: users to the load balancer, the load balancer to the instance, the instance
# to the database and to Redis. Your own security groups replace the first two.

locals {
  balancer_security_group_ids = length(var.external_security_group_ids) > 0 ? var.external_security_group_ids : aws_security_group.balancer[*].id
  instance_security_group_ids = length(var.internal_security_group_ids) > 0 ? var.internal_security_group_ids : aws_security_group.instance[*].id

  user_openings = length(var.external_security_group_ids) > 0 ? [] : setproduct(distinct(var.external_cidr_blocks), [80, 443])
  ssh_openings  = length(var.internal_security_group_ids) > 0 ? [] : distinct(var.ssh_cidr_blocks)
}

resource "aws_security_group" "balancer" {
  count = length(var.external_security_group_ids) > 0 ? 0 : 1

  name        = "${local.name}-balancer"
  description = "Load balancer of Terraform Enterprise, installation ${var.installation_id}."
  vpc_id      = local.vpc_id

  tags = merge(var.tags, { Name = "${local.name}-balancer" })
}

resource "aws_vpc_security_group_ingress_rule" "balancer_users" {
  for_each = { for opening in local.user_openings : "${opening[0]}:${opening[1]}" => opening }

  security_group_id = aws_security_group.balancer[0].id
  ip_protocol       = "tcp"
  from_port         = each.value[1]
  to_port           = each.value[1]
  cidr_ipv4         = each.value[0]

  tags = merge(var.tags, { Name = "Users" })
}

# Terraform Enterprise calls itself by its name.
resource "aws_vpc_security_group_ingress_rule" "balancer_instance" {
  count = length(var.external_security_group_ids) > 0 ? 0 : length(local.instance_security_group_ids)

  security_group_id            = aws_security_group.balancer[0].id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = local.instance_security_group_ids[count.index]

  tags = merge(var.tags, { Name = "Terraform Enterprise itself" })
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  count = length(var.external_security_group_ids) > 0 ? 0 : length(local.instance_security_group_ids)

  security_group_id            = aws_security_group.balancer[0].id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = local.instance_security_group_ids[count.index]

  tags = merge(var.tags, { Name = "To the instance" })
}

resource "aws_security_group" "instance" {
  count = length(var.internal_security_group_ids) > 0 ? 0 : 1

  name        = "${local.name}-instance"
  description = "Instance of Terraform Enterprise, installation ${var.installation_id}."
  vpc_id      = local.vpc_id

  tags = merge(var.tags, { Name = "${local.name}-instance" })
}

resource "aws_vpc_security_group_ingress_rule" "instance_balancer" {
  count = length(var.internal_security_group_ids) > 0 ? 0 : length(local.balancer_security_group_ids)

  security_group_id            = aws_security_group.instance[0].id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = local.balancer_security_group_ids[count.index]

  tags = merge(var.tags, { Name = "Load balancer" })
}

resource "aws_vpc_security_group_ingress_rule" "instance_ssh" {
  for_each = toset(local.ssh_openings)

  security_group_id = aws_security_group.instance[0].id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.value

  tags = merge(var.tags, { Name = "Operators" })
}

# It calls S3, version control, every provider's API, mail servers, and itself.
resource "aws_vpc_security_group_egress_rule" "instance" {
  count = length(var.internal_security_group_ids) > 0 ? 0 : 1

  security_group_id = aws_security_group.instance[0].id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"

  tags = merge(var.tags, { Name = "Everything out" })
}

resource "aws_security_group" "database" {
  count = local.databases

  name        = "${local.name}-database"
  description = "Database of Terraform Enterprise, installation ${var.installation_id}."
  vpc_id      = local.vpc_id

  tags = merge(var.tags, { Name = "${local.name}-database" })
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  count = local.databases * length(local.instance_security_group_ids)

  security_group_id            = aws_security_group.database[0].id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = local.instance_security_group_ids[count.index]

  tags = merge(var.tags, { Name = "PostgreSQL from the instance" })
}

resource "aws_security_group" "cache" {
  count = local.caches

  name        = "${local.name}-redis"
  description = "Redis of Terraform Enterprise, installation ${var.installation_id}."
  vpc_id      = local.vpc_id

  tags = merge(var.tags, { Name = "${local.name}-redis" })
}

resource "aws_vpc_security_group_ingress_rule" "cache" {
  count = local.caches * length(local.instance_security_group_ids)

  security_group_id            = aws_security_group.cache[0].id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = local.instance_security_group_ids[count.index]

  tags = merge(var.tags, { Name = "Redis from the instance" })
}
