import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

/**
 * Builds the pages a browser opens into dist/web: one HTML file per page, everything else under /assets with a hash in
 * its name, so that the server lets browsers keep it for ever. Nothing in the output names another host.
 */
export default defineConfig({
  root: here,
  base: '/',
  publicDir: false,
  // The server puts a fresh value in place of this text each time it sends a page.
  html: { cspNonce: '__POKAL_NONCE__' },
  resolve: { dedupe: ['graphql', 'react', 'react-dom'] },
  worker: { format: 'es' },
  build: {
    outDir: resolve(here, '../../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      // Libraries mark modules for server rendering with "use client" and the like, which means nothing in a browser.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
      input: {
        index: resolve(here, 'index.html'),
        me: resolve(here, 'me.html'),
        counter: resolve(here, 'counter.html'),
        start: resolve(here, 'start.html'),
        playground: resolve(here, 'playground.html'),
      },
    },
  },
  server: {
    // `npx vite --config src/web/vite.config.ts` shows changes at once beside a server on its default port.
    proxy: {
      '^/(graphql|readyz|livez|schema.graphql|playground/tokens)': { target: 'http://127.0.0.1:4000', ws: true },
    },
  },
});
