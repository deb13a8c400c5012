# SeaweedFS as an S3 server, as a user without rights: its own image owns no folder for data.
FROM chrislusf/seaweedfs:3.97
RUN mkdir /buckets && chown 50003:50003 /buckets
USER 50003:50003
ENTRYPOINT ["/bin/sh", "-euc"]
