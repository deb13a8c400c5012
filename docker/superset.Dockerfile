# Superset with the driver of DuckDB and the four dashboards.
FROM python:3.11.14-slim-bookworm
COPY bi/superset/requirements.lock /opt/khobor/bi/superset/
RUN pip install --no-cache-dir --require-hashes --requirement /opt/khobor/bi/superset/requirements.lock
COPY bi/superset /opt/khobor/bi/superset
# What its dialect needs to know which statements read.
COPY etl/__init__.py etl/errors.py etl/masking.py /opt/khobor/etl/
COPY etl/publish/__init__.py etl/publish/statements.py /opt/khobor/etl/publish/
RUN useradd --uid 50001 --create-home superset && mkdir /superset && chown 50001 /superset
USER superset
ENV KHOBOR_SUPERSET_HOME=/superset \
    SUPERSET_CONFIG_PATH=/opt/khobor/bi/superset/superset_config.py
