import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { AGENTS } from '../../src/agents/registry.ts';
import { agentKind, platformKind } from '../../src/config/kinds.ts';
import { knownVariables } from '../../src/config/load.ts';
import { METRICS } from '../../src/http/metric-list.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { PLATFORMS } from '../../src/platforms/registry.ts';
import { describeWith } from '../support/requirements.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DEPLOY = join(ROOT, 'deploy');
const read = (path: string): string => readFileSync(join(DEPLOY, path), 'utf8');
const FILES = readdirSync(DEPLOY, { recursive: true, encoding: 'utf8' }).filter((path) => /\.\w+$/.test(path));
const VARIABLES = new Set(
  knownVariables(Object.values(PLATFORMS).map(platformKind), Object.values(AGENTS).map(agentKind)),
);

/** Set by the files for others than the gateway. */
const FOREIGN = [
  'NODE_ENV',
  'MALLOC_ARENA_MAX',
  'MALLOC_TRIM_THRESHOLD_',
  'POSTGRES_USER',
  'POSTGRES_DB',
  'POSTGRES_PASSWORD',
  'POSTGRES_INITDB_ARGS',
  'SITE',
];

/** `WORK_DRAIN_SECONDS`, when nobody says otherwise. */
const DRAIN_SECONDS = 20;

type Tree = { readonly [key: string]: unknown };

/** Every mapping in a document, with the key it stands under. */
function* mappings(value: unknown, under = ''): Generator<readonly [string, Tree]> {
  if (Array.isArray(value)) for (const one of value) yield* mappings(one, under);
  else if (typeof value === 'object' && value !== null) {
    yield [under, value as Tree];
    for (const [key, inner] of Object.entries(value)) yield* mappings(inner, key);
  }
}

const documentsOf = (path: string): readonly Tree[] =>
  parseAllDocuments(read(path), { merge: true }).map((document) => {
    expect(document.errors, path).toEqual([]);
    return document.toJS() as Tree;
  });

const cluster = (): readonly Tree[] => {
  const { resources } = parse(read('kubernetes/kustomization.yaml')) as { resources: string[] };
  return resources.flatMap((name) => documentsOf(`kubernetes/${name}`));
};
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly [other: string]: unknown;
}

interface Pod {
  readonly containers: readonly [Container];
  readonly securityContext: object;
  readonly terminationGracePeriodSeconds: number;
}

/** As much of Kubernetes' words as is looked at, of all kinds at once: what is not there fails the test. */
interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly selector: object;
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: Pod };
    readonly rules: readonly [{ readonly http: { readonly paths: readonly [IngressPath] } }];
    readonly scaleTargetRef: { readonly name: string };
    readonly metrics: readonly [{ readonly external: { readonly metric: { readonly name: string } } }];
  };
}

interface IngressPath {
  readonly path: string;
  readonly backend: { readonly service: { readonly name: string } };
}

const ofKind = (kind: string): readonly Resource[] =>
  cluster()
    .map((one) => one as unknown as Resource)
    .filter((one) => one.kind === kind);
const only = (kind: string): Resource => {
  const [one, ...others] = ofKind(kind);
  if (!one || others.length > 0) throw new Error(`there is not one ${kind}`);
  return one;
};

describe('the deployment files', () => {
  it.each(FILES.filter((path) => path.endsWith('.yaml')))('%s is YAML', (path) => {
    expect(documentsOf(path).length).toBeGreaterThan(0);
  });

  it('set nothing that is no setting', () => {
    const set: string[] = [];
    const documents = FILES.filter((one) => one.endsWith('.yaml')).flatMap(documentsOf);
    for (const [under, tree] of documents.flatMap((document) => [...mappings(document)]))
      if (['environment', 'data', 'stringData'].includes(under)) set.push(...Object.keys(tree));
    set.push(
      ...[...read('compose/posthouse.env.example').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name ?? ''),
    );
    set.push(
      ...[...read('systemd/posthouse.service').matchAll(/Environment=([A-Z0-9_]+)=/g)].map(([, name]) => name ?? ''),
    );
    const image = /^ENV ((?:.*\\\n)*.*)$/m.exec(read('docker/Dockerfile'))?.[1] ?? '';
    set.push(...[...image.matchAll(/([A-Z_]+)=/g)].map(([, name]) => name ?? ''));
    expect(set.length).toBeGreaterThan(20);
    const unknown = set.filter((name) => !VARIABLES.has(name.replace(/_FILE$/, '')) && !FOREIGN.includes(name));
    expect(unknown).toEqual([]);
  });

  it('tell glibc the same in the image and in the unit', () => {
    const told = (path: string) => [...read(path).matchAll(/\b(MALLOC_\w+=\d+)/g)].map(([, pair]) => pair);
    expect(told('systemd/posthouse.service')).toHaveLength(2);
    expect(new Set(told('docker/Dockerfile'))).toEqual(new Set(told('systemd/posthouse.service')));
  });
});

describe('the files for Compose', () => {
  type Service = { readonly environment?: Tree; readonly networks?: Readonly<Record<string, { aliases?: string[] }>> };
  const servicesOf = (path: string) =>
    (documentsOf(`compose/${path}`)[0] as { services: Readonly<Record<string, Service>> }).services;

  it.each([
    ['with-dify.yaml', 'many.yaml'],
    ['one-machine-with-dify.yaml', 'one-machine.yaml'],
  ])('%s changes nothing but services of %s', (over, base) => {
    const [changed, there] = [Object.keys(servicesOf(over)), Object.keys(servicesOf(base))];
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.filter((name) => !there.includes(name))).toEqual([]);
    expect(read(`compose/${over}`)).toContain(`-f ${base} -f ${over}`);
  });

  it('reach their PostgreSQL and Redis by names that nobody has beside them, unless told of others', () => {
    const { gateway, ...others } = servicesOf('many.yaml');
    const named = Object.values(others).flatMap(({ networks }) => networks?.['default']?.aliases ?? []);
    for (const variable of ['DATABASE_URL', 'REDIS_URL']) {
      const value = String(gateway?.environment?.[variable]);
      expect(value.startsWith(`\${${variable}:-`)).toBe(true);
      const host = /(?:@|:\/\/)([a-z-]+)(?:[:/][^@]*)?}$/.exec(value)?.[1];
      expect(host).toMatch(/^posthouse-/);
      expect(named).toContain(host);
    }
  });

  it('keep what is filled in out of the repository', () => {
    const ignored = readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n');
    expect(ignored).toContain('deploy/compose/posthouse.env');
    expect(ignored).toContain('.env');
  });
});

describe('the image', () => {
  const lines = read('docker/Dockerfile').replaceAll(/\\\n/g, ' ').split('\n');

  it('is made from what is in the repository', () => {
    const copied = lines
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(copied.length).toBeGreaterThan(8);
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const sent = read('docker/Dockerfile.dockerignore').split('\n');
    expect(copied.filter((path) => !sent.includes(`!${path}`))).toEqual([]);
  });

  it('takes nothing as it lies in the repository, where it may be readable for its owner only', () => {
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    const copies = last.filter((line) => line.startsWith('COPY '));
    expect(copies.length).toBeGreaterThan(3);
    expect(copies.filter((line) => !line.startsWith('COPY --from='))).toEqual([]);
    const readable = lines.find((line) => line.startsWith('RUN chmod -R a+rX '))?.split(' ') ?? [];
    const built = copies.flatMap((line) => [...line.matchAll(/ \/build\/(\S+)/g)].map(([, path]) => path ?? ''));
    expect(built.filter((path) => path !== 'node_modules' && !readable.includes(path))).toEqual([]);
  });

  it('runs on the Node that the program wants, as nobody special, without development packages and install scripts', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { engines: { node: string } };
    expect(`>=${/node:(\d+)/.exec(lines.join('\n'))?.[1]}`).toBe(engines.node);
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last).toContain('USER 1000:1000');
    expect(last.some((line) => line.includes('npm'))).toBe(false);
    const installs = lines.filter((line) => line.includes('npm ci'));
    expect(installs).toHaveLength(2);
    for (const install of installs) expect(install).toContain('--ignore-scripts');
    expect(installs.at(-1)).toContain('--omit=dev --omit=optional');
  });
});

describe('the unit for systemd', () => {
  it('is what systemd takes, and shuts what is not needed', ({ skip }) => {
    const unit = read('systemd/posthouse.service');
    for (const shut of ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet=', 'UMask=0077'])
      expect(unit.split('\n')).toContain(shut);
    // Else five starts without the database are the last ones.
    expect(unit.split('\n')).toContain('StartLimitIntervalSec=0');
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) skip('systemd-analyze was not found');
    const folder = mkdtempSync(join(tmpdir(), 'posthouse-unit-'));
    try {
      const file = join(folder, 'posthouse.service');
      writeFileSync(file, unit);
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
      expect({ status, about: stderr.split('\n').filter((line) => line.includes('posthouse.service')) }).toEqual({
        status: 0,
        about: [],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the cluster’s files', () => {
  const deployments = () => ofKind('Deployment');

  it('give each role probes, a budget, a size and time to finish', () => {
    expect(deployments().map(({ metadata }) => metadata.name)).toEqual(['posthouse-gateway', 'posthouse-worker']);
    for (const { spec, metadata } of deployments()) {
      const pod = spec.template.spec;
      const [container] = pod.containers;
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
        expect(['/healthz', '/readyz']).toContain(container[probe].httpGet.path);
        expect(container[probe].httpGet.port).toBe('http');
      }
      expect(container.ports).toEqual([{ name: 'http', containerPort: 8787 }]);
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(DRAIN_SECONDS + 5);
      expect(container.resources).toMatchObject({
        requests: { memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
      expect(container.args).toEqual(['start', '--role', metadata.labels['app.kubernetes.io/component']]);
      const selector = { matchLabels: spec.template.metadata.labels };
      expect(
        ofKind('PodDisruptionBudget').filter(
          (budget) => JSON.stringify(budget.spec.selector) === JSON.stringify(selector),
        ),
      ).toHaveLength(1);
    }
  });

  it('run as nobody special, on a root that cannot be written', () => {
    for (const { spec } of deployments()) {
      const pod = spec.template.spec;
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(pod.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('let only webhooks in, to the gateways', () => {
    const ingress = only('Ingress');
    const paths = ingress.spec.rules[0].http.paths;
    expect(paths.map(({ path }) => path)).toEqual(['/webhook/']);
    const service = only('Service');
    expect(paths[0].backend.service.name).toBe(service.metadata.name);
    expect(deployments()[0]?.spec.template.metadata.labels).toEqual(service.spec.selector);
  });

  it('have as many workers as the age of what waits asks for, by a metric that the adapter makes', () => {
    const scaler = only('HorizontalPodAutoscaler');
    expect(deployments().map(({ metadata }) => metadata.name)).toContain(scaler.spec.scaleTargetRef.name);
    const { rules } = parse(read('kubernetes/metrics-adapter.yaml')) as {
      rules: { external: { name: { as: string } }[] };
    };
    expect(scaler.spec.metrics[0].external.metric.name).toBe(rules.external[0]?.name.as);
  });

  it('leave no secret but an empty one', () => {
    const [secret] = documentsOf('kubernetes/secret.example.yaml') as [{ stringData: Record<string, string> }];
    for (const [name, value] of Object.entries(secret.stringData))
      if (!name.endsWith('_URL')) expect(value, name).toBe('');
  });
});

describe('the dashboard and the alerts', () => {
  const board = JSON.parse(read('grafana/posthouse.json')) as {
    panels: { id: number; targets?: { expr: string }[] }[];
  };
  const alerts = (
    parse(read('prometheus/alerts.yaml')) as {
      groups: { rules: { alert: string; expr: string; annotations: Tree }[] }[];
    }
  ).groups.flatMap(({ rules }) => rules);
  const adapter = parse(read('kubernetes/metrics-adapter.yaml')) as {
    rules: { external: { seriesQuery: string; metricsQuery: string }[] };
  };
  const queries = [
    ...board.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...alerts.map(({ expr }) => expr),
    ...adapter.rules.external.flatMap(({ seriesQuery, metricsQuery }) => [seriesQuery, metricsQuery]),
  ];
  /** What Prometheus and its adapter add to a metric. */
  const ADDED = ['le', 'job', 'instance', '<<.LabelMatchers>>'];

  it('ask for metrics that there are', async () => {
    const served = await createMetrics().render();
    const named = new Set(queries.join('\n').match(/\b(?:posthouse|nodejs|process)_[a-z0-9_]+/g));
    expect(named.size).toBeGreaterThan(20);
    const unknown = [...named].filter((name) => {
      const base = name.replace(/_(?:bucket|sum|count)$/, '');
      const ours = METRICS[base as keyof typeof METRICS];
      if (ours) return base !== name && ours.type !== 'histogram';
      return !served.includes(`# TYPE ${name} `);
    });
    expect(unknown).toEqual([]);
  });

  it('ask for labels that those metrics have', () => {
    const wrong: string[] = [];
    for (const query of queries) {
      for (const [, name = '', inside = ''] of query.matchAll(/\b(posthouse_[a-z0-9_]+?)(?:_bucket)?\{([^}]*)\}/g)) {
        const labels: readonly string[] = METRICS[name as keyof typeof METRICS]?.labels ?? [];
        const asked = inside.split(',').map((one) => one.split(/[=!]/)[0]?.trim() ?? '');
        wrong.push(
          ...asked.filter((label) => ![...labels, ...ADDED].includes(label)).map((label) => `${name}{${label}}`),
        );
      }
    }
    expect(wrong).toEqual([]);
  });

  it('have a case each in which they fire', () => {
    const cases = read('prometheus/alerts.test.yaml');
    for (const { alert } of alerts) expect(cases, alert).toContain(`alertname="${alert}", `);
  });

  it('tell in both languages what to do', () => {
    expect(alerts.length).toBeGreaterThan(8);
    for (const { alert, annotations } of alerts) {
      expect(annotations['summary'], alert).toEqual(expect.any(String));
      expect(annotations['summary_zh'], alert).toMatch(/[一-鿿]/);
    }
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
  });
});

describeWith('promtool', 'the alerts, by Prometheus’ own judge', (promtool) => {
  it('fire when they should, and only then', () => {
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', 'alerts.test.yaml'], {
      cwd: join(DEPLOY, 'prometheus'),
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
  });
});
