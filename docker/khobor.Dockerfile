# Airflow with Khobor: every Airflow service and the provisioner of Metabase run from it.
FROM apache/airflow:3.3.2-python3.11
COPY requirements.lock /opt/khobor/
RUN pip install --no-cache-dir --require-hashes --requirement /opt/khobor/requirements.lock
COPY bi /opt/khobor/bi
COPY dags /opt/khobor/dags
COPY etl /opt/khobor/etl
COPY expectations /opt/khobor/expectations
COPY seeds /opt/khobor/seeds
COPY pyproject.toml README.md /opt/khobor/
USER root
# Named volumes take the owner of the folder they are first mounted on.
RUN mkdir -p /data /data/publish && chown -R 50000:0 /data /opt/khobor
USER airflow
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable /opt/khobor
WORKDIR /opt/khobor
