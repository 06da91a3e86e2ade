terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }
}

variable "name" {
  type        = string
  description = "Name of the queue."
}

variable "retention_days" {
  type        = number
  description = "Days after which a message is deleted."
}

resource "aws_sqs_queue" "main" {
  name                      = var.name
  message_retention_seconds = var.retention_days * 86400
}

output "queue_url" {
  value = aws_sqs_queue.main.url
}
