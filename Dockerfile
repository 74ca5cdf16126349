# syntax=docker/dockerfile:1
# The product: operator, X-Ray of our own, command line. docker build -t serinus/serinus:0.1.0 .
# Runs as uid 10001 on a read-only root; `serinus xray --store` wants a volume at /var/lib/serinus.
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /app
COPY requirements/run.txt /src/requirements.txt
RUN /app/bin/pip install --require-hashes -r /src/requirements.txt
COPY pyproject.toml README.md LICENSE /src/serinus/
COPY src /src/serinus/src
COPY xray /src/xray
RUN /app/bin/pip install --no-deps --no-build-isolation /src/xray /src/serinus \
    && /app/bin/pip uninstall -y -q hatchling editables pip

FROM ${PYTHON}
COPY --from=build /app /app
RUN install -d -o 10001 -g 10001 /var/lib/serinus
ENV PATH=/app/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
HEALTHCHECK NONE
ENTRYPOINT ["serinus"]
CMD ["--help"]
