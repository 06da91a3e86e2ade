variable "db_password" {
  description = "Password of the database user. Needed when the database is created and when db_password_version is raised; later plans work without it. It never enters plan or state."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.db_password == null || can(regex("^[A-Za-z0-9_:-]{8,128}$", var.db_password))
    error_message = "db_password needs 8 to 128 letters, digits, - _ or : (what both RDS and the image take)."
  }
}

variable "db_password_version" {
  description = "Raise it by one, with the new db_password, to change the password of the database."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.db_password_version >= 1 && floor(var.db_password_version) == var.db_password_version
    error_message = "db_password_version needs a whole number from 1."
  }
}

variable "db_username" {
  description = "Master user of the database. With a snapshot it is the snapshot's user."
  type        = string
  default     = "atlas"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_]{0,62}$", var.db_username)) && !contains(["admin", "rdsadmin"], lower(var.db_username))
    error_message = "db_username needs 1 to 63 letters, digits or _, starts with a letter, and is not admin or rdsadmin."
  }
}

variable "db_name" {
  description = "Name of the database. Empty only in the first run that restores a snapshot; afterwards the default again."
  type        = string
  default     = "atlas_production"
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z][A-Za-z0-9_]{0,62})?$", var.db_name))
    error_message = "db_name needs 1 to 63 letters, digits or _, and starts with a letter."
  }

  validation {
    condition     = var.db_name != "" || var.db_snapshot_identifier != "" || var.local_db
    error_message = "db_name may be empty only while db_snapshot_identifier restores a snapshot."
  }
}

variable "db_snapshot_identifier" {
  description = "Name or ARN of an RDS snapshot to create the database from. Read at creation only."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9:_-]*$", var.db_snapshot_identifier))
    error_message = "db_snapshot_identifier needs the name or the ARN of an RDS snapshot."
  }

  validation {
    condition     = var.db_snapshot_identifier == "" || !var.local_db
    error_message = "A snapshot cannot be restored with local_db: there is no RDS database then."
  }
}

variable "db_engine_version" {
  description = "Major version of PostgreSQL. RDS selects the minor version, because it withdraws minor versions every year. Raising it upgrades the database in place, with downtime."
  type        = string
  default     = "16"
  nullable    = false

  validation {
    condition     = can(regex("^(1[3-9]|[2-9][0-9])$", var.db_engine_version))
    error_message = "db_engine_version needs a major version of PostgreSQL alone, 13 or later, for example 16."
  }
}

variable "db_legacy_clients" {
  description = "Lets the PostgreSQL client of the 2018 image in: passwords as MD5 and connections without TLS, within the VPC. It knows nothing newer."
  type        = bool
  default     = true
  nullable    = false
}

variable "db_instance_class" {
  description = "RDS instance class."
  type        = string
  default     = "db.m5.large"
  nullable    = false

  validation {
    condition     = can(regex("^db\\.[a-z0-9-]+\\.[a-z0-9-]+$", var.db_instance_class))
    error_message = "db_instance_class needs an RDS class such as db.m5.large."
  }
}

variable "db_size_gb" {
  description = "Size of the database's disk in GiB. It can grow later, never shrink."
  type        = number
  default     = 80
  nullable    = false

  validation {
    condition     = var.db_size_gb >= 20 && var.db_size_gb <= 65536 && floor(var.db_size_gb) == var.db_size_gb
    error_message = "db_size_gb needs a whole number from 20 to 65536."
  }
}

variable "db_multi_az" {
  description = "A second database in the other zone that takes over. Snapshots then do not slow the first one down."
  type        = bool
  default     = true
  nullable    = false
}

variable "db_backup_retention_days" {
  description = "Days RDS keeps its automatic backups; 0 makes none."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.db_backup_retention_days >= 0 && var.db_backup_retention_days <= 35 && floor(var.db_backup_retention_days) == var.db_backup_retention_days
    error_message = "db_backup_retention_days needs a whole number from 0 to 35."
  }
}

variable "db_deletion_protection" {
  description = "RDS refuses to delete the database. Set it to false and apply before a destroy."
  type        = bool
  default     = true
  nullable    = false
}
