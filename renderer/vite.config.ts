import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;
const pdfjs = join(root, '../node_modules/pdfjs-dist');

/** `import('font.pfb?bytes')`: the file as base64 in a chunk of its own, since the page may not fetch anything. */
function bytesAsModule(): Plugin {
  const marker = '?bytes';
  return {
    name: 'bytes-as-module',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith(marker)) return null;
      const content = await readFile(id.slice(0, -marker.length));
      return { code: `export default ${JSON.stringify(content.toString('base64'))};`, map: null, moduleType: 'js' };
    },
  };
}

/** pdf.js imports these by name when WebAssembly is off; the page's policy does not allow WebAssembly. */
function pdfDecoders(): Plugin {
  return {
    name: 'pdf-decoders',
    async generateBundle() {
      for (const name of ['openjpeg_nowasm_fallback.js', 'jbig2_nowasm_fallback.js']) {
        this.emitFile({ type: 'asset', fileName: `pdf/${name}`, source: await readFile(join(pdfjs, 'wasm', name)) });
      }
    },
  };
}

export default defineConfig({
  root,
  base: './',
  publicDir: join(root, 'public'),
  plugins: [bytesAsModule(), react(), pdfDecoders()],
  build: {
    outDir: join(root, '../dist/page'),
    emptyOutDir: true,
    target: 'chrome140',
    // No `data:` addresses and no inline script: the policy names 'self' and nothing else.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2500,
    reportCompressedSize: false,
  },
});
