variable "manage_bucket" {
  description = "Create the bucket here. False: it exists already, and its settings are left alone."
  type        = bool
  default     = true
  nullable    = false
}

variable "bucket_force_destroy" {
  description = "A destroy deletes the bucket with all that is in it, backups included."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_id" {
  description = "ARN of your own KMS key for everything stored. Empty: a key and its alias are created. The policy of your own key must allow IAM policies of the account, and AWSServiceRoleForAutoScaling: see the README."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key_id == "" || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_id))
    error_message = "kms_key_id needs the ARN of a key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "archivist_sse" {
  description = "Encryption Terraform Enterprise itself asks S3 for: empty, or aws:kms."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = contains(["", "aws:kms"], var.archivist_sse)
    error_message = "archivist_sse is empty or aws:kms."
  }
}

variable "archivist_kms_key_id" {
  description = "ARN of the KMS key for archivist_sse. Empty: the key S3 uses by default."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.archivist_kms_key_id == "" || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.archivist_kms_key_id))
    error_message = "archivist_kms_key_id needs the ARN of a key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }

  validation {
    condition     = var.archivist_kms_key_id == "" || var.archivist_sse != ""
    error_message = "archivist_kms_key_id means nothing unless archivist_sse is aws:kms."
  }
}
