import { describe, expect, it } from 'vitest';
import { difyConfigSchema, difyFromEnv } from './config.ts';

describe('the settings of a Dify app', () => {
  it('need an address and a key, and have defaults for the rest', () =>
    expect(difyConfigSchema.parse({ baseUrl: 'https://dify.example/v1/', apiKey: ' app-demo ' })).toEqual({
      baseUrl: 'https://dify.example/v1',
      apiKey: 'app-demo',
      maxConcurrent: 8,
      idleTimeoutMs: 120_000,
      totalTimeoutMs: 1_200_000,
      inputs: {},
    }));

  it.each([
    ['dify.example/v1', 'must be an http(s) address'],
    ['https://dify.example', 'add /v1'],
  ])('refuse the address %s', (baseUrl, words) => {
    const { error } = difyConfigSchema.safeParse({ baseUrl, apiKey: 'app-demo' });
    expect(error?.issues.map(({ message }) => message).join()).toContain(words);
  });

  it('refuse a key with a line end in it, and settings nobody knows', () => {
    expect(difyConfigSchema.safeParse({ baseUrl: 'https://d.example/v1', apiKey: 'app-\ndemo' }).success).toBe(false);
    expect(difyConfigSchema.safeParse({ baseUrl: 'https://d.example/v1', apiKey: 'app-demo', speed: 1 }).success).toBe(
      false,
    );
  });

  it('come from the environment, as text', () => {
    const env = {
      DIFY_BASE_URL: 'https://d.example/v1',
      DIFY_API_KEY: 'app-demo',
      DIFY_MAX_CONCURRENT: '32',
      DIFY_INPUTS: '{"a":1}',
      DIFY_MODE: '',
    };
    expect(difyConfigSchema.parse(difyFromEnv(env))).toMatchObject({ maxConcurrent: 32, inputs: { a: '1' } });
  });

  it('are absent when the environment has neither address nor key, and half of them is a fault', () => {
    expect(difyFromEnv({ DIFY_MODE: 'chat' })).toBeUndefined();
    expect(difyConfigSchema.safeParse(difyFromEnv({ DIFY_API_KEY: 'app-demo' })).success).toBe(false);
  });

  it('refuse inputs that are not an object', () => {
    const env = { DIFY_BASE_URL: 'https://d.example/v1', DIFY_API_KEY: 'app-demo', DIFY_INPUTS: 'a=1' };
    expect(difyConfigSchema.safeParse(difyFromEnv(env)).success).toBe(false);
  });
});
