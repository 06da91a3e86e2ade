variable "user_name" {
  description = "Name of the user that may install Terraform Enterprise, of its group, and first part of its policies' names."
  type        = string
  default     = "tfe-deploy"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.user_name))
    error_message = "user_name needs 1 to 64 letters, digits or any of + = , . @ _ -."
  }
}

variable "permissions_boundary" {
  description = "ARN of a managed policy that limits what the user may do at most. Empty: none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.permissions_boundary == "" || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary))
    error_message = "permissions_boundary needs the ARN of a managed policy: arn:aws:iam::ACCOUNT:policy/NAME."
  }
}

variable "bucket_names" {
  description = "Buckets the user may make and use, for data and for state. * stands for any characters: [\"tfe-*\"]."
  type        = list(string)
  default     = ["*"]
  nullable    = false

  validation {
    condition     = length(var.bucket_names) > 0 && alltrue([for name in var.bucket_names : can(regex("^[a-z0-9.*?-]{1,63}$", name))])
    error_message = "bucket_names needs one bucket name or pattern at least, of lower-case letters, digits, - . * and ?."
  }
}

variable "tags" {
  description = "Tags added to everything that takes tags. Name is always set by the template."
  type        = map(string)
  default     = {}
  nullable    = false
}
