import type { Registry } from 'prom-client';
import { METRICS, type MetricName } from './metric-list.ts';

/*
 * Counters and histograms that cost an addition. prom-client's own look for the labels' place anew with every number (2 µs a number and
 * eleven numbers a message); it still writes them out.
 */

interface Value {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** Adds one to the count of some label values. */
export type Count = (...labels: string[]) => void;
/** Takes in how long something of some label values took, in milliseconds. */
export type Time = (ms: number, ...labels: string[]) => void;

export function counter(registry: Registry, name: MetricName): Count {
  const counts = new Places(METRICS[name].labels, () => ({ value: 0 }));
  register(registry, name, 'counter', () => counts.all.map(({ labels, place }) => ({ labels, value: place.value })));
  return (...labels) => {
    counts.of(labels).value += 1;
  };
}

interface Times {
  /** One more than borders: the last one is for what is longer than all. */
  readonly buckets: number[];
  sum: number;
}

/** @param borders - Rising, in seconds. */
export function histogram(registry: Registry, name: MetricName, borders: readonly number[]): Time {
  const times = new Places<Times>(METRICS[name].labels, () => ({
    buckets: Array<number>(borders.length + 1).fill(0),
    sum: 0,
  }));
  register(registry, name, 'histogram', () =>
    times.all.flatMap(({ labels, place }) => linesOf(name, labels, place, borders)),
  );
  return (ms, ...labels) => {
    const seconds = ms / 1000;
    const place = times.of(labels);
    let bucket = 0;
    while (bucket < borders.length && seconds > (borders[bucket] ?? 0)) bucket += 1;
    place.buckets[bucket] = (place.buckets[bucket] ?? 0) + 1;
    place.sum += seconds;
  };
}

function linesOf(name: string, labels: Value['labels'], { buckets, sum }: Times, borders: readonly number[]): Value[] {
  let count = 0;
  const lines = buckets.map((number, index) => {
    count += number;
    return { metricName: `${name}_bucket`, labels: { le: borders[index] ?? '+Inf', ...labels }, value: count };
  });
  return [
    ...lines,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

/** What belongs to each set of label values. There are a few hundred at most: labels hold only names that the operator or we have chosen. */
class Places<Place> {
  readonly all: { readonly labels: Readonly<Record<string, string>>; readonly place: Place }[] = [];
  readonly #known = new Map<string, Place>();
  readonly #names: readonly string[];
  readonly #make: () => Place;

  constructor(names: readonly string[], make: () => Place) {
    this.#names = names;
    this.#make = make;
  }

  of(values: readonly string[]): Place {
    const key = values.length === 1 ? (values[0] as string) : values.join('\n');
    return this.#known.get(key) ?? this.#add(key, values);
  }

  #add(key: string, values: readonly string[]): Place {
    const place = this.#make();
    this.#known.set(key, place);
    this.all.push({ labels: Object.fromEntries(this.#names.map((name, index) => [name, values[index] ?? ''])), place });
    return place;
  }
}

function register(
  registry: Registry,
  name: MetricName,
  type: 'counter' | 'histogram',
  values: () => readonly Value[],
): void {
  const help = METRICS[name].help.en;
  const metric = { name, help, type, get: async () => ({ name, help, type, values: values() }) };
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}
