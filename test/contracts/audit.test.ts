import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/audit.mjs');

let folder: string;
let registry: Server;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posthouse-audit-'));
  const root = { name: 'clone', version: '1.0.0', dependencies: { parser: '1.2.0' } };
  const parser = { version: '1.2.0', integrity: `sha512-${Buffer.alloc(64, 7).toString('base64')}` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(root));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...root, lockfileVersion: 3, packages: { '': root, 'node_modules/parser': parser } }),
  );
});
afterEach(() => {
  registry.close();
  rmSync(folder, { recursive: true });
});

/** Looks for weaknesses as a registry knows them; answers the exit code and what was said. */
async function audit(answer: RequestListener): Promise<{ readonly code: number; readonly said: string }> {
  registry = createServer(answer).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const npm_config_registry = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  const env = { ...process.env, npm_config_registry, npm_config_cache: join(folder, 'cache') };
  return new Promise((done) => {
    execFile(process.execPath, [SCRIPT, '--root', folder], { env }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
}

const knows =
  (weaknesses: object): RequestListener =>
  (request, response) => {
    const isAsked = request.method === 'POST' && request.url === '/-/npm/v1/security/advisories/bulk';
    response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isAsked ? weaknesses : {}));
  };

it('a known weakness of what runs in production fails by name, with where to read of it', async () => {
  const weakness = {
    id: 1,
    url: 'https://advisories.example/1',
    title: 'Reads too far',
    severity: 'high',
    vulnerable_versions: '<1.3.0',
  };
  expect(await audit(knows({ parser: [weakness] }))).toEqual({
    code: 1,
    said: expect.stringContaining('✘ parser: high, Reads too far (<1.3.0, https://advisories.example/1)'),
  });
});

it('nothing known passes, and says how much was looked at', async () => {
  expect(await audit(knows({}))).toEqual({ code: 0, said: expect.stringMatching(/^none known in \d+ packages/) });
});

it('a registry that does not answer such questions is named as not looked at, and does not fail', async () => {
  const refuse: RequestListener = (_, response) => response.writeHead(405).end();
  expect(await audit(refuse)).toEqual({ code: 0, said: expect.stringContaining('not looked for') });
});
