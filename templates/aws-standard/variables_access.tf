variable "zone_id" {
  description = "Route 53 hosted zone to make the DNS record in. Empty: DNS is kept elsewhere; point fqdn at the output dns_name there."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Z0-9]{0,32}$", var.zone_id))
    error_message = "zone_id needs the id of a hosted zone alone: up to 32 upper-case letters and digits."
  }

  validation {
    condition     = (var.zone_id == "") == (var.hostname == "")
    error_message = "Give both zone_id and hostname, or none of them."
  }
}

variable "hostname" {
  description = "Name of the DNS record in that zone: the first part of fqdn, or all of it."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9.-]{0,253}$", var.hostname))
    error_message = "hostname needs letters, digits, - and . only."
  }
}

variable "internal_elb" {
  description = "Load balancer with private addresses only."
  type        = bool
  default     = false
  nullable    = false
}

variable "external_cidr_blocks" {
  description = "IPv4 ranges that may reach ports 80 and 443 of the load balancer. Terraform Enterprise calls itself by fqdn: with a public load balancer, include the public addresses of the NAT gateways. Unused with external_security_group_ids."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = alltrue([for block in var.external_cidr_blocks : try(cidrsubnet(block, 0, 0) == block && !strcontains(block, ":"), false)])
    error_message = "Each of external_cidr_blocks needs an IPv4 range without host bits, for example 192.0.2.0/24."
  }
}

variable "ssh_cidr_blocks" {
  description = "IPv4 ranges that may reach port 22 of the instance. Unused with internal_security_group_ids."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for block in var.ssh_cidr_blocks : try(cidrsubnet(block, 0, 0) == block && !strcontains(block, ":"), false)])
    error_message = "Each of ssh_cidr_blocks needs an IPv4 range without host bits, for example 192.0.2.0/24."
  }
}

variable "external_security_group_ids" {
  description = "Your own security groups for the load balancer, instead of one made here. They must let users reach 80 and 443, and let 8080 out to the instance."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.external_security_group_ids : can(regex("^sg-([0-9a-f]{8}|[0-9a-f]{17})$", id))])
    error_message = "Each of external_security_group_ids needs sg- and 8 or 17 hexadecimal digits."
  }
}

variable "internal_security_group_ids" {
  description = "Your own security groups for the instance, instead of one made here. They must let the load balancer reach 8080, operators 22, and the instance everything it calls."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.internal_security_group_ids : can(regex("^sg-([0-9a-f]{8}|[0-9a-f]{17})$", id))])
    error_message = "Each of internal_security_group_ids needs sg- and 8 or 17 hexadecimal digits."
  }
}

variable "proxy_url" {
  description = "Proxy for HTTP and HTTPS, http://host:port. Mail and time do not go through it."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.proxy_url == "" || can(regex("^https?://[A-Za-z0-9.-]+:[0-9]{1,5}$", var.proxy_url))
    error_message = "proxy_url needs the form http://host:port or https://host:port, without a user or a path."
  }
}

variable "no_proxy" {
  description = "Hosts reached without the proxy, separated by commas. The metadata service and localhost are always among them."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9.,*:/_-]*$", var.no_proxy))
    error_message = "no_proxy needs host names, addresses or ranges separated by commas, without spaces."
  }

  validation {
    condition     = var.no_proxy == "" || var.proxy_url != ""
    error_message = "no_proxy means nothing without proxy_url."
  }
}
