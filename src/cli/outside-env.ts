type Env = Readonly<Record<string, string | undefined>>;

const OURS =
  /^(?:ACCESS|ALERTS|DINGTALK|DIFY|ECHO|FEISHU|LOG|OTEL|PEOPLE|POSTHOUSE|PRIVACY|RETENTION|SESSION|WECOM|WORK)_|_proxy$/i;
const PLAIN = new Set(
  'ADMIN_TOKEN DATABASE_URL DEFAULT_AGENT HOST PORT PUBLIC_URL REDIS_URL ROLE STORE_KEYS TRACES'.split(' '),
);

/** What the demo's gateway inherits: nothing that sets up a gateway of somebody's own, or sends loopback calls through a proxy. */
export function outsideEnv(env: Env): Env {
  const isOurs = (name: string): boolean => OURS.test(name) || PLAIN.has(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOurs(name.replace(/_FILE$/, ''))));
}
