import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const WEB = fileURLToPath(new URL('.', import.meta.url));

/** `POSTHOUSE_SIM` is where the simulator listens while one works on the page with `npx vite web`. */
const SIMULATOR = process.env['POSTHOUSE_SIM'] ?? 'http://127.0.0.1:8788';

export default defineConfig({
  root: WEB,
  base: './',
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/sim': SIMULATOR } },
  build: {
    outDir: fileURLToPath(new URL('../dist/page', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // The sizes are looked at by a person; the warning of 500 kB does not know what is loaded later.
    chunkSizeWarningLimit: 900,
  },
});
