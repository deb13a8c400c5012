# MinIO as a user without rights: its own image runs as root and owns no folder for data.
FROM minio/minio:RELEASE.2025-09-07T16-13-09Z
RUN mkdir /buckets && chown 50003:50003 /buckets
USER 50003:50003
CMD ["server", "/buckets"]
