import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

/** What only some gateways need, and nobody else is to pay for: memory, and time at the start. */
const LATE = ['@opentelemetry/', 'bullmq', 'fastify', 'ioredis', 'pg'];

const ROOT = resolve(import.meta.dirname, '../..');

/** What a file loads as soon as it is loaded itself: types are stripped, and `import()` waits until it is reached. */
function loadedBy(file: string): readonly string[] {
  const code = readFileSync(join(ROOT, file), 'utf8').replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const named = [...code.matchAll(/^(?:import|export)\s+(?!type\b)([^'";]*?)\s*\bfrom\s*['"]([^'"]+)['"]/gm)];
  const bare = [...code.matchAll(/^import\s*['"]([^'"]+)['"]/gm)];
  const names = [
    ...named.filter(([, what]) => !onlyTypes(what ?? '')).map(([, , name]) => name),
    ...bare.map(([, name]) => name),
  ];
  return names.map((name) => pathOf(name ?? '', file));
}

/** `{ type A, type B }` leaves nothing to load. */
function onlyTypes(names: string): boolean {
  const inside = /^\{([^}]*)\}$/s.exec(names.trim())?.[1];
  const each = inside?.split(',').map((name) => name.trim()) ?? [];
  return inside !== undefined && each.every((name) => name === '' || name.startsWith('type '));
}

function pathOf(name: string, from: string): string {
  return name.startsWith('.') ? join(dirname(from), name) : name;
}

/** Every package with the files that lead to it. */
function packagesFrom(entry: string): ReadonlyMap<string, readonly string[]> {
  const packages = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const name of loadedBy(file)) {
      if (name.startsWith('src/')) visit(name, [...path, name]);
      else if (!name.startsWith('node:') && !packages.has(name)) packages.set(name, path);
    }
  };
  visit(entry, [entry]);
  return packages;
}

it.each(['src/cli/main.ts', 'src/cli/start.ts'])('%s loads nothing that only some gateways need', (entry) => {
  const packages = packagesFrom(entry);
  const early = [...packages].filter(([name]) => LATE.some((late) => name === late || name.startsWith(late)));
  expect(early.map(([name, path]) => `${path.join(' → ')} → ${name}`)).toEqual([]);
});

it('the start is followed to the end', () => {
  expect([...packagesFrom('src/cli/start.ts').keys()]).toEqual(expect.arrayContaining(['pino', 'ws', 'zod']));
});
