"""Files: local or on S3, staging, temp directories."""
