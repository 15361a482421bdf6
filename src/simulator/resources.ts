import type { SimResource } from './contract.ts';
import { SIM_PATHS } from './contract.ts';
import { samplePicture, sampleVoice } from './samples.ts';

/** A file somebody sent. */
export interface StoredResource extends SimResource {
  /** The app that uploaded it; absent when a person sent it. */
  readonly owner?: string;
  /** What the vendor was told it is (`image`, `opus`, `pdf`, …). */
  readonly type: string;
  /** The content; a file made by its length alone has none and is read as zeros. */
  readonly content?: Buffer;
}

export interface NewResource {
  readonly key: string;
  readonly name: string;
  readonly mime: string;
  readonly type?: string;
  readonly owner?: string;
  /** A number makes a file of that many zero bytes that takes no memory. */
  readonly content: Buffer | number;
}

/** Every file, by its key. */
export interface Resources {
  add(resource: NewResource): StoredResource;
  find(key: string): StoredResource | undefined;
  readonly samples: readonly StoredResource[];
  /** Forgets all but the samples. */
  clear(): void;
}

/** What the page shows of it. */
export function resourceView(resource: StoredResource): SimResource {
  const { key, name, mime, bytes, url } = resource;
  return { key, name, mime, bytes, url };
}

/** Stands in for a file whose key nobody knows (any more). */
export function unknownResource(key: string): SimResource {
  return { key, name: key, mime: 'application/octet-stream', bytes: 0, url: SIM_PATHS.resource(key) };
}

export function createResources(): Resources {
  const all = new Map<string, StoredResource>();
  const add = (wanted: NewResource): StoredResource => {
    const { content, key, name, mime, type = 'file', owner } = wanted;
    const resource: StoredResource = {
      key,
      name,
      mime,
      type,
      url: SIM_PATHS.resource(key),
      bytes: typeof content === 'number' ? content : content.length,
      ...(typeof content === 'number' ? {} : { content }),
      ...(owner === undefined ? {} : { owner }),
    };
    all.set(key, resource);
    return resource;
  };
  const samples = SAMPLES.map((make) => add(make()));
  return {
    add,
    find: (key) => all.get(key),
    samples,
    clear() {
      all.clear();
      for (const sample of samples) all.set(sample.key, sample);
    },
  };
}

const REPORT = `# 第三季度小结 / Third quarter in short

| 月份 / month | 咨询 / questions | 解决率 / solved |
| --- | ---: | ---: |
| 7 | 1,204 | 86 % |
| 8 | 1,377 | 89 % |
| 9 | 1,515 | 91 % |
`;

const SAMPLES: readonly (() => NewResource)[] = [
  () => ({ key: 'sample-picture', name: '季度图表.png', mime: 'image/png', type: 'image', content: samplePicture() }),
  () => ({ key: 'sample-report', name: '季度小结.md', mime: 'text/markdown', content: Buffer.from(REPORT) }),
  () => ({ key: 'sample-voice', name: 'voice.opus', mime: 'audio/ogg', type: 'opus', content: sampleVoice() }),
];
