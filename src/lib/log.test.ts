import { describe, expect, it } from 'vitest';
import { createLog, describeError } from './log.ts';

function logged(format: 'json' | 'text', write: (log: ReturnType<typeof createLog>) => void, level = 'debug' as const) {
  const lines: string[] = [];
  write(createLog({ level, format, to: { write: (line) => lines.push(line) } }));
  return lines;
}

describe('the log', () => {
  it('writes one JSON line an event, with its level, its time and its fields', () => {
    const [line] = logged('json', (log) => log.info('reply sent', { turn: 't_1', ms: 12 }));
    expect(JSON.parse(line!)).toMatchObject({ level: 'info', event: 'reply sent', turn: 't_1', ms: 12 });
    expect(line).toMatch(/"time":"\d{4}-\d\d-\d\dT/);
    expect(line?.endsWith('\n')).toBe(true);
  });

  it('writes a line for eyes when asked', () => {
    const [line] = logged('text', (log) => log.info('reply sent', { turn: 't_1', words: 'two words' }));
    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}reply sent {2}turn=t_1 words="two words"\n$/);
  });

  it('has colours at a terminal only, so that a file stays plain', () => {
    const plain = logged('text', (log) => log.warn('turn failed'));
    expect(plain).toEqual([expect.stringMatching(/^[\d:.]+ warn {2}turn failed {2}\n$/)]);
    const lines: string[] = [];
    const to = { write: (line: string) => lines.push(line) };
    createLog({ level: 'warn', format: 'text', colors: true, to }).warn('turn failed');
    expect(lines[0]).toContain('\u001B[33mwarn');
  });

  it('keeps quiet below its level', () => {
    const lines: string[] = [];
    createLog({ level: 'warn', format: 'json', to: { write: (line) => lines.push(line) } }).info('not this');
    expect(lines).toEqual([]);
  });

  it('reduces an error to its code, message and causes', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new Error('asking dify', { cause }), { code: 'agent_unavailable' });
    const [line] = logged('json', (log) => log.warn('turn failed', { error }));
    expect(JSON.parse(line!).error).toEqual({
      name: 'Error',
      code: 'agent_unavailable',
      message: 'asking dify',
      cause: { name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
    });
  });

  it('tells the place of an error that nobody foresaw', () => {
    expect(describeError(new TypeError('no such thing')).stack?.[0]).toMatch(/^at .*log\.test\.ts/);
  });

  it('never quotes what could not be parsed', () => {
    let thrown: unknown;
    try {
      JSON.parse('my secret words');
    } catch (error) {
      thrown = error;
    }
    expect(JSON.stringify(describeError(thrown))).not.toContain('secret');
  });

  it('lets every text be made fit first, also within lists and errors', () => {
    const lines: string[] = [];
    const scrub = (text: string) => text.replace('ada', '***');
    const log = createLog({ level: 'info', format: 'json', to: { write: (line) => lines.push(line) }, scrub });
    const error = Object.assign(new Error('no ada'), { code: 'x' });
    log.info('event', { lane: ['direct', 'ada'], ms: 12, deep: { name: 'ada' }, error });
    const fields = { lane: ['direct', '***'], ms: 12, deep: { name: '***' }, error: { message: 'no ***' } };
    expect(JSON.parse(lines[0] ?? '')).toMatchObject(fields);
  });

  it('takes anything thrown', () => expect(describeError('a string').name).toBe('string'));
});
