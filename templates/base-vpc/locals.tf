data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

# Local and wavelength zones offer neither RDS nor NAT gateways everywhere.
data "aws_availability_zones" "usable" {
  state = "available"

  filter {
    name   = "zone-type"
    values = ["availability-zone"]
  }

  lifecycle {
    postcondition {
      condition     = length(self.names) >= 2
      error_message = "The region offers fewer than two availability zones to this account."
    }
  }
}

locals {
  # `id` is the region's name in every provider version; `name` became `region` in 6.0.
  region = data.aws_region.current.id

  zones = length(var.availability_zones) == 2 ? var.availability_zones : slice(data.aws_availability_zones.usable.names, 0, 2)

  # An eighth of the VPC for each private subnet, a thirty-second for each public one, as in
  # 2018: instances and databases live in the private ones. The rest stays free for later.
  private_cidr_blocks = [for index in range(2) : cidrsubnet(var.cidr_block, 3, index)]
  public_cidr_blocks  = [for index in range(2) : cidrsubnet(var.cidr_block, 5, 8 + index)]

  nat_gateways = var.single_nat_gateway ? 1 : 2

  # All roles of an installation are under one path, so that a policy can be limited to it.
  iam_path = "/tfe/"
}
