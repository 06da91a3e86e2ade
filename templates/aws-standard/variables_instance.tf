variable "instance_type" {
  description = "EC2 instance type. m5 and later need an image with ENA support; for one without it choose m4.2xlarge."
  type        = string
  default     = "m5.2xlarge"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", var.instance_type))
    error_message = "instance_type needs an EC2 instance type such as m5.2xlarge."
  }
}

variable "key_name" {
  description = "EC2 key pair for SSH as tfe-admin. Empty: no SSH access, so no rekey and no support bundle."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._:/-]{0,255}$", var.key_name))
    error_message = "key_name needs up to 255 letters, digits and - _ : / or ."
  }
}

variable "startup_script" {
  description = "Shell code the instance runs first at its first boot, for example to trust your own CA. A change replaces the instance."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = !strcontains(var.startup_script, "\r")
    error_message = "startup_script must not have Windows line ends."
  }

  validation {
    condition     = !strcontains(var.startup_script, "END_OF_STARTUP_SCRIPT")
    error_message = "startup_script must not hold END_OF_STARTUP_SCRIPT, the mark it is ended with."
  }
}

variable "local_setup" {
  description = "The instance asks for its settings at first boot, instead of reading them from the bucket. For v201709-1 and later."
  type        = bool
  default     = false
  nullable    = false
}

variable "local_redis" {
  description = "Redis on the instance, with its data on mirrored volumes, instead of ElastiCache. For v201708-1 and later."
  type        = bool
  default     = true
  nullable    = false
}

variable "local_db" {
  description = "PostgreSQL on the instance instead of RDS. It never left its alpha stage: not for production."
  type        = bool
  default     = false
  nullable    = false
}

variable "redis_node_type" {
  description = "ElastiCache node type, when local_redis is false."
  type        = string
  default     = "cache.m5.large"
  nullable    = false

  validation {
    condition     = can(regex("^cache\\.[a-z0-9-]+\\.[a-z0-9-]+$", var.redis_node_type))
    error_message = "redis_node_type needs an ElastiCache node type such as cache.m5.large."
  }
}

variable "ebs_size" {
  description = "Size in GiB of each data volume, with local_redis or local_db."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.ebs_size >= 1 && var.ebs_size <= 16384 && floor(var.ebs_size) == var.ebs_size
    error_message = "ebs_size needs a whole number from 1 to 16384."
  }
}

variable "ebs_redundancy" {
  description = "Number of data volumes, mirrors of each other, with local_redis or local_db."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.ebs_redundancy >= 1 && var.ebs_redundancy <= 8 && floor(var.ebs_redundancy) == var.ebs_redundancy
    error_message = "ebs_redundancy needs a whole number from 1 to 8."
  }
}
