import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

/**
 * Builds the custom element into dist/web/embed/pokal-leaderboard.js: one classic script that holds everything, styles
 * included, loads from any site without CORS, and leaves no name behind but its element's.
 */
export default defineConfig({
  root: here,
  publicDir: false,
  build: {
    outDir: resolve(here, '../../dist/web/embed'),
    emptyOutDir: false,
    target: 'es2022',
    reportCompressedSize: false,
    lib: {
      entry: resolve(here, 'board/embed/main.ts'),
      formats: ['iife'],
      name: 'PokalLeaderboard',
      fileName: () => 'pokal-leaderboard.js',
    },
  },
});
