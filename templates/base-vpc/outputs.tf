# The names are from the 2018 module. The lists are flat.

output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.main.id
}

output "vpc_name" {
  description = "Name of the VPC."
  value       = var.vpc_name
}

output "cidr_block" {
  description = "IPv4 range of the VPC."
  value       = aws_vpc.main.cidr_block
}

output "private_subnet_ids" {
  description = "Ids of the two private subnets, one in each zone: for the instance and the data services."
  value       = aws_subnet.private[*].id

  # Whatever starts in a private subnet needs its way out first, and loses it last.
  depends_on = [aws_route.private_internet, aws_route_table_association.private, aws_vpc_endpoint.s3]
}

output "private_availability_zones" {
  description = "Zones of the private subnets, in the same order."
  value       = aws_subnet.private[*].availability_zone
}

output "public_subnet_ids" {
  description = "Ids of the two public subnets, one in each zone: for the load balancer."
  value       = aws_subnet.public[*].id

  depends_on = [aws_route.public_internet, aws_route_table_association.public]
}

output "public_availability_zones" {
  description = "Zones of the public subnets, in the same order."
  value       = aws_subnet.public[*].availability_zone
}

output "s3_vpce_id" {
  description = "Id of the gateway endpoint for S3."
  value       = aws_vpc_endpoint.s3.id
}

output "nat_public_ips" {
  description = "Public addresses that traffic of the private subnets comes from."
  value       = aws_eip.nat[*].public_ip
}
