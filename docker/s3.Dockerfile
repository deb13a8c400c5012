# SeaweedFS as a user without rights: its own image runs as root and owns no folder for data.
FROM chrislusf/seaweedfs:4.47
USER root
RUN mkdir /buckets && chown 50003:50003 /buckets
USER 50003:50003
ENTRYPOINT ["/bin/sh", "-euc"]
