import { describe, expect, it } from 'vitest';
import { type Json, standIn, type TestClient } from '../../../test/support/dify-client.ts';
import { demoChart } from './pictures.ts';

const KEY = 'app-demo-chatflow';

async function uploaded(
  { upload }: TestClient,
  name: string,
  bytes: Uint8Array | string = 'x',
  user = 'u-1',
): Promise<string> {
  return String((await upload(name, bytes, { key: KEY, user })).body.id);
}

const local = (id: string, type = 'document') => ({ type, transfer_method: 'local_file', upload_file_id: id });

describe('uploading a file', () => {
  it('gives 201 and tells what was stored', async () => {
    const { upload } = await standIn();
    const { status, body } = await upload('报告.PDF', 'abc', { mime: 'application/pdf' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: '报告.PDF', size: 3, extension: 'pdf', mime_type: 'application/pdf' });
  });

  it.each([
    ['a blocked extension', 'virus.exe', 'x', 400, 'file_extension_blocked'],
    ['a path for a name', 'a\\b.txt', 'x', 400, 'invalid_param'],
    ['a document of more than 15 MB', 'big.pdf', 'x'.repeat(15 * 1024 * 1024 + 1), 413, 'file_too_large'],
    ['an image of more than 10 MB', 'big.png', 'x'.repeat(10 * 1024 * 1024 + 1), 413, 'file_too_large'],
  ])('refuses %s', async (_, name, bytes, status, code) => {
    const answer = await (await standIn()).upload(name, bytes);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('refuses no file and two files', async () => {
    const { server } = await standIn();
    const headers = { authorization: 'Bearer app-demo-chat' };
    const post = async (form: FormData): Promise<Json> =>
      (await (await fetch(`${server.url}/files/upload`, { method: 'POST', headers, body: form })).json()) as Json;
    const form = new FormData();
    form.set('user', 'u-1');
    expect((await post(form)).code).toBe('no_file_uploaded');
    form.append('file', new Blob(['a']), 'a.txt');
    form.append('file', new Blob(['b']), 'b.txt');
    expect((await post(form)).code).toBe('too_many_files');
  });

  it('cuts very long names and keeps the extension', async () => {
    const { body } = await (await standIn()).upload(`${'n'.repeat(300)}.txt`, 'x');
    expect(String(body.name)).toMatch(/^n{196}\.txt$/);
  });
});

describe('asking with files', () => {
  it('answers with their names and sizes, and what can be seen of them', async () => {
    const client = await standIn();
    const files = [
      local(await uploaded(client, 'chart.png', demoChart()), 'image'),
      local(await uploaded(client, 'notes.md', '# Plan\nmore')),
    ];
    const { text } = await client.ask('What is this?', { key: KEY, files });
    expect(text).toContain('**chart.png** (image, ');
    expect(text).toContain('320 × 160');
    expect(text).toContain('**notes.md** (document, 11 B); its first line: “# Plan”');
    expect(client.server.record.asked()[0]?.files).toEqual(['chart.png', 'notes.md']);
  });

  it.each([
    [
      'a file of another user',
      async (client: TestClient) => [local(await uploaded(client, 'a.md', 'x', 'u-2'))],
      'Invalid upload file',
    ],
    ['a file nobody uploaded', async () => [local('00000000-0000-4000-8000-000000000000')], 'Invalid upload file'],
    ['an id that is none', async () => [local('f-1')], 'Invalid upload file id f-1'],
    [
      'another kind than it says',
      async (client: TestClient) => [local(await uploaded(client, 'a.md'), 'image')],
      'File validation failed for file: a.md',
    ],
    [
      'a kind the app does not take',
      async (client: TestClient) => [local(await uploaded(client, 'a.xyz'), 'custom')],
      'File validation failed for file: a.xyz',
    ],
    [
      'too many',
      async (client: TestClient) => Array<object>(6).fill(local(await uploaded(client, 'a.md'))),
      'Number of files exceeds the maximum limit 5',
    ],
  ])('refuses %s', async (_, files, message) => {
    const client = await standIn();
    const body = { query: 'hi', inputs: {}, user: 'u-1', response_mode: 'streaming', files: await files(client) };
    const answer = await client.call('POST', '/chat-messages', body, { key: KEY });
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid_param', message });
  });

  it('drops mappings without a method or an address, without a word', async () => {
    const { ask, server } = await standIn();
    const files = [{ type: 'image' }, { type: 'image', transfer_method: 'remote_url' }, null];
    expect((await ask('hi', { files })).status).toBe(200);
    const url = 'http://127.0.0.1:1/a%20b.png?x=1';
    await ask('hi', { files: [{ type: 'image', transfer_method: 'remote_url', url }] });
    expect(server.record.asked().map((one) => one.files)).toEqual([[], ['a b.png']]);
  });

  it('takes them as inputs of a workflow, too', async () => {
    const client = await standIn();
    const workflow = { key: 'app-demo-workflow', path: '/workflows/run' };
    const { body } = await client.upload('a.md', 'x', { key: workflow.key });
    const { text } = await client.ask('hi', { ...workflow, inputs: { query: 'hi', doc: local(String(body.id)) } });
    expect(text).toContain('**a.md**');
  });
});

describe('fetching files', () => {
  it('previews what a message carries, for its owner', async () => {
    const client = await standIn();
    const id = await uploaded(client, 'a.md', 'hello');
    const preview = (query: string) => client.call('GET', `/files/${id}/preview?${query}`, undefined, { key: KEY });
    expect((await preview('user=u-1')).body.code).toBe('file_not_found');
    await client.ask('hi', { key: KEY, files: [local(id)] });
    expect((await preview('user=u-1')).raw).toBe('hello');
    expect((await preview('user=u-1&as_attachment=true')).headers.get('content-disposition')).toContain('a.md');
    expect((await preview('user=u-2')).body.code).toBe('file_access_denied');
  });

  it('gives out what an answer made, by its signed address, for 300 s', async () => {
    const { ask, server } = await standIn({ speed: 1 });
    const { last } = await ask('draw a chart', { key: 'app-demo-agent-chat' });
    const [file] = last.files as readonly { url: string; filename: string; size: number }[];
    const { origin } = new URL(server.url);
    expect(file?.url.startsWith(`${origin}/files/tools/`)).toBe(true);
    const response = await fetch(file!.url);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect((await response.arrayBuffer()).byteLength).toBe(file!.size);
    expect((await fetch(file!.url.replace('sign=', 'sign=x'))).status).toBe(403);
    server.speed = 1_000_000;
    await new Promise((done) => setTimeout(done, 10));
    expect((await fetch(file!.url)).status).toBe(403);
  });

  it('writes addresses without a host where it is told to', async () => {
    const relative = await standIn({ relativeFiles: true });
    expect((await relative.ask('draw a chart')).events.find(({ url }) => url)?.url).toMatch(/^\/files\/tools\//);
    const mounted = await standIn({ prefix: '/dify' });
    expect((await mounted.ask('draw a chart')).events.find(({ url }) => url)?.url).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/dify\/files\//,
    );
  });

  it('cuts links to them out of what a chatflow stores, up to 1.15', async () => {
    for (const [flavour, kept] of [
      ['1.14.2', false],
      ['1.16', true],
    ] as const) {
      const { ask, call } = await standIn({ flavour });
      const { text, last } = await ask('draw a chart', { key: KEY });
      expect(text).toContain('/files/tools/');
      const { body } = await call(
        'GET',
        `/messages?user=u-1&conversation_id=${String(last.conversation_id)}`,
        undefined,
        { key: KEY },
      );
      const [message] = body.data as readonly Json[];
      expect(String(message?.answer).includes('/files/tools/')).toBe(kept);
      expect(message?.message_files).toMatchObject([{ belongs_to: 'assistant', filename: 'chart.png' }]);
    }
  });
});

describe('audio to text', () => {
  it('hears a question', async () => {
    const { upload } = await standIn();
    const heard = await upload('voice.mp3', 'x', { path: '/audio-to-text', mime: 'audio/mp3' });
    expect(heard).toEqual({ status: 200, body: { text: '年假怎么申请？' } });
  });

  it('goes by the type of the part, and refuses audio/mpeg', async () => {
    const { upload } = await standIn();
    const refused = await upload('voice.mp3', 'x', { path: '/audio-to-text', mime: 'audio/mpeg' });
    expect([refused.status, refused.body.code]).toEqual([415, 'unsupported_audio_type']);
    const off = await upload('voice.mp3', 'x', { path: '/audio-to-text', mime: 'audio/mp3', key: 'app-demo-plain' });
    expect([off.status, off.body.message]).toEqual([400, 'Speech to text is not enabled']);
  });
});
