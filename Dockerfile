# Serving only: no torch. Install and start are the Makefile's own targets, which
# tests/house/test_fresh.py runs in a fresh environment.
FROM python:3.11-slim AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# The dependencies make a layer of their own, so that new code does not install them again.
COPY pyproject.toml constraints.txt Makefile README.md LICENSE ./
RUN make install
COPY . .

FROM python:3.11-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 mingjian
COPY --from=build --chown=mingjian:mingjian /app /app
WORKDIR /app
# The database, its keys and decisions: mount a volume here.
RUN mkdir -p /app/var && chown mingjian:mingjian /app/var
USER mingjian
ENV PYTHONUNBUFFERED=1
ENV PATH="/app/.venv/bin:$PATH"
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD [".venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/ready', timeout=2)"]
# Others can reach it, so it starts only once there is a key; docs/keys.md says how to make one.
CMD ["make", "serve", "HOST=0.0.0.0", "PORT=8000"]
