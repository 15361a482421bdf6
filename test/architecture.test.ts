import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Who knows whom. An area is a folder, or a file that stands for itself; the longest name that fits a file is its area,
 * and every area knows itself. `*` stands for one folder's name: its siblings are strangers.
 */
const KNOWS: Record<string, readonly string[] | 'everything'> = {
  'src/core': [],
  'src/lib': [],
  'src/platforms/*': ['src/core', 'src/lib'],
  'src/platforms': ['src/core', 'src/lib', 'src/platforms/*'],
  'src/agents/*': ['src/core', 'src/lib'],
  'src/agents': ['src/core', 'src/lib', 'src/agents/*'],
  'src/store': ['src/core', 'src/lib'],
  'src/queue': ['src/core', 'src/lib'],
  // What a process says to itself while nobody else can be reached is the queue's.
  'src/redis': ['src/core', 'src/lib', 'src/queue'],
  // Spans are told by the domain's steps; nobody else knows OpenTelemetry.
  'src/telemetry': ['src/core', 'src/lib'],
  'src/guard': ['src/core', 'src/lib'],
  'src/rights': ['src/core', 'src/lib'],
  'src/replies': ['src/core', 'src/lib', 'src/guard'],
  'src/config': ['src/core', 'src/lib'],
  'src/pipeline': ['src/core', 'src/lib', 'src/queue', 'src/guard', 'src/rights', 'src/replies'],
  'src/http': ['src/core', 'src/lib', 'src/pipeline'],
  // It signs and parses on its own, so one mistake cannot be made on both sides of the wire.
  'src/simulator': ['src/lib'],
  'src/cli': 'everything',
  'src/app': 'everything',
  // The demo page, with the words it shares with the simulator.
  web: ['src/simulator/contract.ts'],
};
const MAX_LINES = 400;
const NAMELESS_FOLDERS = ['utils', 'helpers', 'common', 'types'];

const ROOT = resolve(import.meta.dirname, '..');
const FILES = [...listFiles('src'), ...listFiles('web')];
const PROGRAM = FILES.filter((file) => !/\.test\.tsx?$/.test(file));
const IMPORTS = new Map(PROGRAM.map((file) => [file, importsOf(file, readFileSync(join(ROOT, file), 'utf8'))]));

describe('the architecture', () => {
  it('lets each area know only whom it may', () => {
    expect(strangers(IMPORTS)).toEqual([]);
  });

  it('has no rings of imports', () => {
    expect(rings(IMPORTS)).toEqual([]);
  });

  it('runs on nothing that is installed for development only', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, object>;
    const known = new Set(Object.keys(dependencies ?? {}));
    const wrong = [...IMPORTS]
      .filter(([file]) => file.startsWith('src/'))
      .flatMap(([file, imports]) => imports.filter((name) => !isOurs(name)).map((name) => ({ file, name })))
      .filter(({ name }) => !name.startsWith('node:') && !known.has(packageOf(name)))
      .map(({ file, name }) => `${file} imports ${name}, which is not among the dependencies of package.json`);
    expect(wrong).toEqual([]);
  });

  it(`has no file of more than ${MAX_LINES} lines`, () => {
    // A test is read one case at a time, and nobody reads what a program wrote.
    const written = FILES.filter((file) => !/\.(test|generated)\.tsx?$/.test(file));
    const long = written
      .map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES)
      .map(({ file, lines }) => `${file} has ${lines} lines`);
    expect(long).toEqual([]);
  });

  it('names folders for the domain', () => {
    const folders = new Set(FILES.flatMap((file) => dirname(file).split('/')));
    expect(NAMELESS_FOLDERS.filter((name) => folders.has(name))).toEqual([]);
  });
});

/** Where messages for a platform are made: each puts nothing into one that has not passed the privacy guard. */
const MAKERS = [
  // Through `noticeMessage`, `maskContent` and `Answer`.
  'src/pipeline/end-turn.ts',
  'src/pipeline/notice.ts',
  'src/pipeline/push-calls.ts',
  'src/pipeline/work-lane.ts',
  'src/replies/live-reply.ts',
];
/** Where a message that was made before is changed or sent. */
const SENDERS = [
  'src/pipeline/deliver-push.ts',
  'src/pipeline/deliver.ts',
  'src/pipeline/suggest.ts',
  'src/replies/live-reply.ts',
];
const REVISERS = ['src/pipeline/actions.ts', 'src/pipeline/suggest.ts'];

describe('what goes to a platform', () => {
  const OURS = PROGRAM.filter((file) => /^src\/(?:pipeline|replies|app|cli|http|queue)\//.test(file));
  const filesWith = (pattern: RegExp) =>
    OURS.filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8'))).toSorted();

  it('is made in few places, which pass it through the privacy guard', () => {
    expect(filesWith(/kind: '(?:notice|frame|file|push)',\s*(?:to|key)\b/)).toEqual(MAKERS);
  });

  it('is sent and changed in few places', () => {
    expect(filesWith(/\b(?:platform|pusher)\??\.(?:send|update)(?:\?\.)?\(/)).toEqual(SENDERS);
    expect(filesWith(/\boutbox\.revise\(/)).toEqual(REVISERS);
  });
});

describe('the rules themselves', () => {
  it('see a stranger, a sibling and a test that got into the program', () => {
    const imports = new Map([
      ['src/replies/edit.ts', ['src/core/reply.ts', 'src/pipeline/accept.ts']],
      ['src/platforms/wecom/api.ts', ['src/platforms/feishu/crypto.ts', 'src/platforms/wecom/limits.ts']],
      ['src/cli/main.ts', ['test/support/requirements.ts']],
    ]);
    expect(strangers(imports)).toEqual([
      'src/replies/edit.ts imports src/pipeline/accept.ts: src/replies knows only src/core, src/lib, src/guard',
      'src/platforms/wecom/api.ts imports src/platforms/feishu/crypto.ts: src/platforms/wecom knows only src/core, src/lib',
      'src/cli/main.ts imports test/support/requirements.ts: the program knows no tests',
    ]);
  });

  it('see a ring once, from its first file on', () => {
    const ring = new Map([
      ['src/a.ts', ['src/b.ts']],
      ['src/b.ts', ['src/c.ts', 'src/d.ts']],
      ['src/c.ts', ['src/a.ts']],
      ['src/d.ts', []],
    ]);
    expect(rings(ring)).toEqual(['src/a.ts → src/b.ts → src/c.ts → src/a.ts']);
  });

  it('read every way to import', () => {
    const source = [
      "import { a } from './a.ts';",
      "import type {\n  B,\n  C,\n} from '../lib/b.ts';",
      "export * from './c.ts';",
      "import './d.ts';",
      "const e = await import('./e.ts');",
      "new Worker(new URL('./f.ts', import.meta.url));",
      "import Fastify from 'fastify';",
      "// import { g } from './g.ts';",
    ].join('\n');
    const files = ['src/http/a.ts', 'src/lib/b.ts', 'src/http/c.ts', 'src/http/d.ts', 'src/http/e.ts', 'src/http/f.ts'];
    expect(importsOf('src/http/server.ts', source).sort()).toEqual([...files, 'fastify'].sort());
  });
});

/** Every import that {@link KNOWS} does not allow, as a sentence. */
function strangers(imports: ReadonlyMap<string, readonly string[]>): string[] {
  return [...imports].flatMap(([file, names]) =>
    names.filter(isOurs).flatMap((name) => {
      if (/^test\/|\.test\.tsx?$/.test(name)) return [`${file} imports ${name}: the program knows no tests`];
      const area = areaOf(file);
      const known = KNOWS[area.rule];
      if (known === undefined) return [`${file}: say in test/architecture.test.ts whom ${area.name} may know`];
      if (known === 'everything' || areaOf(name).name === area.name) return [];
      if (known.includes(areaOf(name).rule) || known.includes(name)) return [];
      return [`${file} imports ${name}: ${area.name} knows only ${known.join(', ') || 'itself'}`];
    }),
  );
}

/** The area of a file: the rule that speaks of it, and its name with the `*` filled in. */
function areaOf(file: string): { rule: string; name: string } {
  const parts = file.split('/');
  for (let length = parts.length; length > 0; length--) {
    const name = parts.slice(0, length).join('/');
    const pattern = [...parts.slice(0, length - 1), '*'].join('/');
    if (KNOWS[name] !== undefined) return { rule: name, name };
    // A file directly in `platforms` (the registry) is not a platform.
    if (KNOWS[pattern] !== undefined && length < parts.length) return { rule: pattern, name };
  }
  return { rule: '', name: dirname(file) };
}

/** Every ring of imports once, as `a → b → a`. */
function rings(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (path.includes(file) || finished.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    finished.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

/** What a file imports: our own files as paths from the root, packages by the name they were imported under. */
function importsOf(file: string, source: string): string[] {
  const code = source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const patterns = [
    /^\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
    /\bnew URL\(\s*['"](\.[^'"]+\.ts)['"]/g,
  ];
  const names = patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ''));
  const folder = resolve(ROOT, dirname(file));
  const local = (name: string): string => relative(ROOT, resolve(folder, name)).split(sep).join('/');
  return [...new Set(names.map((name) => (name.startsWith('.') ? local(name) : name)))];
}

function isOurs(name: string): boolean {
  return /^(?:src|web|test|bench|scripts|bin)\//.test(name);
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function listFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
