resource "aws_vpc" "main" {
  cidr_block           = var.cidr_block
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = merge(var.tags, { Name = var.vpc_name })
}

# Every VPC has this group and it cannot be deleted. Without rules nothing can use it by mistake.
resource "aws_default_security_group" "unused" {
  vpc_id = aws_vpc.main.id

  tags = merge(var.tags, { Name = "${var.vpc_name}-default-unused" })
}

resource "aws_subnet" "private" {
  count = 2

  vpc_id            = aws_vpc.main.id
  cidr_block        = local.private_cidr_blocks[count.index]
  availability_zone = local.zones[count.index]

  tags = merge(var.tags, { Name = "${var.vpc_name}-private-${count.index + 1}" })

  lifecycle {
    # A zone that is out of order drops out of the list of usable ones. That must never make a
    # plan replace the subnets, and everything in them.
    ignore_changes = [availability_zone]
  }
}

resource "aws_subnet" "public" {
  count = 2

  vpc_id            = aws_vpc.main.id
  cidr_block        = local.public_cidr_blocks[count.index]
  availability_zone = local.zones[count.index]

  tags = merge(var.tags, { Name = "${var.vpc_name}-public-${count.index + 1}" })

  lifecycle {
    ignore_changes = [availability_zone] # as above
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${local.region}.s3"
  route_table_ids   = concat([aws_route_table.public.id], aws_route_table.private[*].id)

  tags = merge(var.tags, { Name = "${var.vpc_name}-s3" })
}
