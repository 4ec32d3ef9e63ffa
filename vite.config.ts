import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The screens: what the server serves, and the desktop app shows. */
export default defineConfig({
  root: folder('src-renderer'),
  plugins: [react()],
  // The server puts a new one into each page (src-main/api/pages.ts): styles that are made at run time are ours, or refused.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: folder('dist/renderer'),
    emptyOutDir: true,
    // Which files a screen needs (tests/renderer/first-load.test.ts).
    manifest: true,
    target: ['chrome111', 'firefox115', 'safari16.4'],
    // A file of its own has a Content-Type; a data: URL would need a hole in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // What every screen needs comes in a few files: a hundred small ones take longer than all they hold.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'frame',
              test: /node_modules\/(react|react-dom|scheduler|i18next|react-i18next|zod|socket|engine|@tanstack\/(react-|)(query|router|store|history))/,
            },
            {
              name: 'controls',
              test: /node_modules\/(@mantine\/(core|hooks|modals|notifications|form)|@floating-ui|lucide-react|clsx)/,
              minShareCount: 2,
            },
            { name: 'ours', test: /src-(shared|renderer\/(components|data|style))\//, minShareCount: 3 },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': 'http://127.0.0.1:7420', '/socket.io': { target: 'http://127.0.0.1:7420', ws: true } } },
});
