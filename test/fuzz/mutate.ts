import type { Random } from '../support/random.ts';

/** Changes of bytes and of JSON, each the same for the same numbers. */
const TOKENS = [
  '\0', '\uFEFF', '\r\n\r\n', '"', '\\', '\\u0000', '\\ud800', '{', '}', '[', ']', '<', '>', '&', '&amp;', '&a;', '<![CDATA[',
  ']]>', '<!DOCTYPE x [<!ENTITY a "b">]>', '<?xml version="1.0"?>', '<!--', '__proto__', 'constructor', 'null', 'true', '-1',
  '1e999', '9007199254740993', 'data:', 'event: ', ':', '&x', '*x', '!!js', '${HOME}', '<<: *x', '- ', '\t', '%00', '@all',
] as const; // biome-ignore format: a table

export function mutateBytes(random: Random, seeds: readonly Buffer[]): Buffer {
  let bytes: Buffer = Buffer.from(pick(random, seeds));
  for (let times = random.between(1, 6); times > 0; times -= 1) bytes = changeBytes(random, bytes, seeds);
  return bytes.subarray(0, MAX_BYTES);
}

const MAX_BYTES = 64 * 1024;

function changeBytes(random: Random, bytes: Buffer, seeds: readonly Buffer[]): Buffer {
  const at = random.between(0, bytes.length);
  const end = Math.min(bytes.length, at + random.between(1, 24));
  const [before, middle, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  switch (random.between(0, 8)) {
    case 0:
      if (bytes.length > 0) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << random.between(0, 7));
      return bytes;
    case 1:
      if (bytes.length > 0) bytes[at % bytes.length] = pick(random, [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x22, 0x3c]);
      return bytes;
    case 2:
      return Buffer.concat([before, after]);
    case 3:
      return before;
    case 4:
      return Buffer.concat([before, middle, middle, after]);
    case 5:
      return Buffer.concat([before, repeated(middle, random.chance(0.02) ? 1_000 : random.between(2, 20)), after]);
    case 6: {
      const other = pick(random, seeds);
      return Buffer.concat([before, other.subarray(random.between(0, other.length))]);
    }
    case 7:
      return Buffer.concat([before, Buffer.from(middle.toReversed()), after]);
    default:
      return Buffer.concat([before, Buffer.from(pick(random, TOKENS)), bytes.subarray(at)]);
  }
}

function repeated(bytes: Buffer, times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => bytes));
}

/** A value that a careless reader trips over. */
function oddValue(random: Random): unknown {
  if (random.chance(0.01)) return nested(random.between(50, 800));
  return pick<() => unknown>(random, [
    () => null,
    () => true,
    () => '',
    () => [],
    () => ({}),
    () => [null, [], {}, 0],
    () => 0,
    () => -1,
    () => 1.5,
    () => 1e308,
    () => Number.MAX_SAFE_INTEGER + 2,
    () => String(Number.MAX_SAFE_INTEGER + 2),
    () => '1e999',
    () => '\ud800',
    () => '\u0000\u202e@all',
    () => 'x'.repeat(random.between(1, 3_000)),
    () => '{"a":',
    () => '[[[[',
    () => pick(random, TOKENS),
    () => ({ __proto__: null, toString: 1, length: -1, constructor: { prototype: null } }),
    () => JSON.parse('{"__proto__":{"act":"up"},"length":4294967296}') as unknown,
  ])();
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

type Holder = Record<string, unknown>;

/** Changes some fields of JSON; text that is JSON itself is opened and changed within. */
export function mutateJson(random: Random, seeds: readonly unknown[]): unknown {
  const root: Holder = { it: structuredClone(pick(random, seeds)) };
  for (let times = random.between(1, 4); times > 0; times -= 1) changeField(random, root, seeds);
  return root['it'];
}

function changeField(random: Random, root: Holder, seeds: readonly unknown[]): void {
  const holder = random.chance(0.03) ? root : holderIn(random, root['it']);
  if (!holder) return;
  const names = Object.keys(holder);
  const name = names.length === 0 ? 'x' : pick(random, names);
  const value = holder[name];
  const inner =
    typeof value === 'string' && value.startsWith('{') && value.length < 5_000 && random.chance(0.7)
      ? parsed(value)
      : undefined;
  if (inner !== undefined) {
    holder[name] = JSON.stringify(mutateJson(random, [inner]));
    return;
  }
  switch (random.between(0, 5)) {
    case 0:
      delete holder[name];
      return;
    case 1:
      // A list's own length is no field of JSON.
      if (!Array.isArray(holder))
        holder[pick(random, ['content', 'event', 'x', 'length', 'msgtype', 'constructor'])] = value;
      return;
    case 2:
      holder[name] = Array.isArray(value) ? [...value, ...value] : [value];
      return;
    case 3: {
      const donor = holderIn(random, pick(random, seeds));
      if (donor) holder[name] = structuredClone(Object.hasOwn(donor, name) ? donor[name] : Object.values(donor)[0]);
      return;
    }
    case 4:
      if (typeof value === 'string') holder[name] = mutateBytes(random, [Buffer.from(value)]).toString();
      else holder[name] = oddValue(random);
      return;
    default:
      holder[name] = oddValue(random);
  }
}

/** Some object or list within, found by walking down and stopping anywhere. */
function holderIn(random: Random, value: unknown): Holder | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const holder = value as Holder;
  const below = Object.values(holder).filter((part) => typeof part === 'object' && part !== null);
  if (below.length === 0 || random.chance(0.35)) return holder;
  return holderIn(random, pick(random, below));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.between(0, from.length - 1)] as T;
}
