import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Serves the built page from a folder; `/` is its `index.html`. Nothing outside the folder can be reached. */
export async function serveFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const wanted = decoded(path === '/' ? '/index.html' : path);
  const root = normalize(folder);
  const file = wanted === undefined ? undefined : join(root, normalize(wanted));
  if (file === undefined || !file.startsWith(root.endsWith(sep) ? root : root + sep)) return missing(response);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) return missing(response);
  // The build names what is under /assets after its content.
  const isLasting = path.startsWith('/assets/');
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': String(found.size),
    'cache-control': isLasting ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
  });
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}

function decoded(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function missing(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not found');
}
