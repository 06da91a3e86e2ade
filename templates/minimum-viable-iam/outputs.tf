output "user_name" {
  description = "Name of the user."
  value       = aws_iam_user.deploy.name
}

output "user_arn" {
  description = "ARN of the user."
  value       = aws_iam_user.deploy.arn
}

output "policy_arns" {
  description = "ARNs of the managed policies."
  value       = [for policy in aws_iam_policy.deploy : policy.arn]
}

output "action_count" {
  description = "How many different actions the policies allow."
  value       = length(local.actions)
}

output "create_access_key_command" {
  description = "Command that creates an access key for the user. Terraform does not: its state would contain the secret."
  value       = "aws iam create-access-key --user-name ${aws_iam_user.deploy.name}"
}
