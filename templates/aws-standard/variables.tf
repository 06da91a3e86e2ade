# Required variables. The names are from the 2018 module. The allowed characters are those the
# 2018 AMI accepts: it sources its settings as a shell file, and anything but letters,
# digits and - _ : / may keep the instance from booting. Names that need a dot may have one.

variable "fqdn" {
  description = "Hostname (FQDN) of Terraform Enterprise, for example tfe.example.com. The certificate must cover it."
  type        = string

  validation {
    condition = (
      length(var.fqdn) <= 253 &&
      !can(regex("^[0-9.]+$", var.fqdn)) &&
      can(regex("^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$", var.fqdn))
    )
    error_message = "fqdn needs a full domain name such as tfe.example.com, without protocol, port or path."
  }
}

variable "installation_id" {
  description = "12 lower-case hexadecimal digits, chosen once: they end the names of what is created, so that several installations fit in one account. Changing them replaces the installation."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{12}$", var.installation_id))
    error_message = "installation_id needs 12 lower-case hexadecimal digits, for example from: openssl rand -hex 6."
  }
}

variable "ami_id" {
  description = "ID of the Terraform Enterprise AMI, in the region of the installation. Another AMI replaces the instance."
  type        = string

  validation {
    condition     = can(regex("^ami-([0-9a-f]{8}|[0-9a-f]{17})$", var.ami_id))
    error_message = "ami_id needs ami- and 8 or 17 hexadecimal digits."
  }
}

variable "cert_id" {
  description = "ARN of the certificate in AWS Certificate Manager for fqdn, in the region of the installation."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$", var.cert_id))
    error_message = "cert_id needs the ARN of an ACM certificate: arn:aws:acm:REGION:ACCOUNT:certificate/ID."
  }
}

variable "instance_subnet_id" {
  description = "Private subnet for the instance. It needs a way out to the internet, or a proxy."
  type        = string

  validation {
    condition     = can(regex("^subnet-([0-9a-f]{8}|[0-9a-f]{17})$", var.instance_subnet_id))
    error_message = "instance_subnet_id needs subnet- and 8 or 17 hexadecimal digits."
  }
}

variable "elb_subnet_ids" {
  description = "Subnets for the load balancer, in two zones or more, one of them the zone of the instance. In 2018 this was the single elb_subnet_id."
  type        = list(string)

  validation {
    condition     = length(var.elb_subnet_ids) >= 2 && length(distinct(var.elb_subnet_ids)) == length(var.elb_subnet_ids)
    error_message = "elb_subnet_ids needs two different subnets or more: an application load balancer spans two zones."
  }

  validation {
    condition     = alltrue([for id in var.elb_subnet_ids : can(regex("^subnet-([0-9a-f]{8}|[0-9a-f]{17})$", id))])
    error_message = "Each of elb_subnet_ids needs subnet- and 8 or 17 hexadecimal digits."
  }
}

variable "data_subnet_ids" {
  description = "Exactly two private subnets in different zones, for the database and for Redis."
  type        = list(string)

  validation {
    condition     = length(var.data_subnet_ids) == 2 && length(distinct(var.data_subnet_ids)) == 2
    error_message = "data_subnet_ids needs exactly two different subnets."
  }

  validation {
    condition     = alltrue([for id in var.data_subnet_ids : can(regex("^subnet-([0-9a-f]{8}|[0-9a-f]{17})$", id))])
    error_message = "Each of data_subnet_ids needs subnet- and 8 or 17 hexadecimal digits."
  }
}

variable "bucket_name" {
  description = "S3 bucket for all that Terraform Enterprise stores, its backups too."
  type        = string

  validation {
    condition = (
      can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name)) &&
      !strcontains(var.bucket_name, "..") &&
      !can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$", var.bucket_name))
    )
    error_message = "bucket_name needs 3 to 63 lower-case letters, digits, - or ., starting and ending with a letter or digit, and no form of an IP address."
  }
}

variable "tags" {
  description = "Tags added to everything. Name, Hostname and InstallationId are set by the template. Images before v201804-1 stumble over extra tags on the data volumes: leave it empty for those."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    # The image takes every volume with this tag for one of its data volumes.
    condition     = !contains(keys(var.tags), "InstallationId")
    error_message = "tags must not set InstallationId: the image finds its data volumes by it."
  }

  validation {
    condition     = alltrue([for name in keys(var.tags) : !startswith(lower(name), "aws:")])
    error_message = "tags must not start with aws:, which AWS reserves."
  }
}
