# One image for every process of OpenTAS: `api SERVICE`, `worker SERVICE`, `migrate`, `topics apply`.
FROM python:3.13-slim AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /app/.venv
COPY requirements-runtime.lock ./
RUN .venv/bin/python -m pip install --quiet --require-hashes -r requirements-runtime.lock
COPY pyproject.toml ./
COPY src src
COPY libs libs
COPY services services
RUN .venv/bin/python -m pip install --quiet --no-deps --no-index --no-build-isolation \
    -e libs/shared -e services/lead-service -e services/opportunity-service \
    -e services/approval-service -e services/metrics-service -e . \
    && .venv/bin/python -m compileall -q src libs services

FROM python:3.13-slim
WORKDIR /app
COPY --from=build /app /app
RUN install -d -o 10001 -g 10001 /data
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 OPENTAS_DATA_DIR=/data
USER 10001:10001
EXPOSE 8080 8081
ENTRYPOINT ["opentas"]
CMD ["--help"]
