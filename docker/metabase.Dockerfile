# Metabase with the driver of DuckDB, which needs glibc: Metabase's own image has none.
FROM eclipse-temurin:21.0.8_9-jre-jammy
ARG METABASE_VERSION=0.62.1
ARG DUCKDB_DRIVER_VERSION=1.5.5.0
RUN groupadd --gid 50002 metabase && useradd --uid 50002 --gid 50002 --create-home metabase
ADD --chown=metabase:metabase https://downloads.metabase.com/v${METABASE_VERSION}/metabase.jar /home/metabase/metabase.jar
ADD --chown=metabase:metabase https://github.com/motherduckdb/metabase_duckdb_driver/releases/download/${DUCKDB_DRIVER_VERSION}/duckdb.metabase-driver.jar /home/metabase/plugins/duckdb.metabase-driver.jar
ENV MB_PLUGINS_DIR=/home/metabase/plugins
USER metabase
WORKDIR /home/metabase
CMD ["java", "-jar", "metabase.jar"]
