# Builds once with all dependencies, runs with the production ones only. Needs DATABASE_URL: a container keeps no database.
FROM node:24-bookworm-slim AS build
WORKDIR /pokal
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional --no-audit --no-fund

FROM node:24-bookworm-slim
WORKDIR /pokal
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
COPY --from=build /pokal/package.json ./
COPY --from=build /pokal/node_modules ./node_modules
COPY --from=build /pokal/schema ./schema
COPY --from=build /pokal/dist ./dist
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
