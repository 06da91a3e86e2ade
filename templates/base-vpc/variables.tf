variable "vpc_name" {
  description = "Name of the VPC and the first part of the names of all that belongs to it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$", var.vpc_name))
    error_message = "vpc_name needs 1 to 40 letters, digits, - or _, and starts with a letter or a digit."
  }
}

variable "cidr_block" {
  description = "IPv4 range of the VPC, /16 to /20. It must not overlap a network it will be connected to."
  type        = string
  default     = "172.23.0.0/16"
  nullable    = false

  validation {
    condition = (
      can(regex("^[0-9.]+/(16|17|18|19|20)$", var.cidr_block)) &&
      try(cidrsubnet(var.cidr_block, 0, 0) == var.cidr_block, false)
    )
    error_message = "cidr_block needs an IPv4 range of /16 to /20 without host bits, for example 172.23.0.0/16."
  }
}

variable "availability_zones" {
  description = "Names of the two availability zones to use. Empty: the first two of the region that are not local zones. Chosen once: a later change does not move the subnets."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = (
      length(var.availability_zones) == 0 ||
      (length(var.availability_zones) == 2 && length(distinct(var.availability_zones)) == 2)
    )
    error_message = "availability_zones needs exactly two different zones, or none at all."
  }
}

variable "single_nat_gateway" {
  description = "One NAT gateway instead of one for each zone: cheaper, but when its zone fails the other one is offline too."
  type        = bool
  default     = false
  nullable    = false
}

variable "flow_log_retention_days" {
  description = "Days CloudWatch keeps the VPC's flow logs; 0 keeps them forever."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition = contains(
      [
        0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
        1096, 1827, 2192, 2557, 2922, 3288, 3653,
      ],
      var.flow_log_retention_days,
    )
    error_message = "flow_log_retention_days needs a period CloudWatch offers: 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "tags" {
  description = "Tags added to everything. Name is always set by the template."
  type        = map(string)
  default     = {}
  nullable    = false
}
