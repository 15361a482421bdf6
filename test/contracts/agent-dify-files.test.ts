import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent, FileKind, InputFile } from '../../src/core/agent.ts';
import { filesOf, question, tell } from '../support/agent-run.ts';
import {
  DIFY_TIMEOUT,
  type DifyContractMode,
  difyContractUrl,
  forEachDifyMode,
  IS_REAL_DIFY,
  makeContractAgent,
} from '../support/dify-contract.ts';

/**
 * Files in and out and citations, whatever the app's mode; `dify-contract.ts` says how a real Dify is asked. What only some apps have is
 * tried at a real one where the environment says by which question: DIFY_CONTRACT_FILE_QUESTION makes the app answer with a file,
 * DIFY_CONTRACT_CITATION_QUESTION from its knowledge, with citations switched on.
 */
const FILE_QUESTION = IS_REAL_DIFY ? process.env['DIFY_CONTRACT_FILE_QUESTION'] : 'Export it. #file';
const MESSAGE_FILE_QUESTION = IS_REAL_DIFY ? undefined : 'Draw it. #message-file';
const CITATION_QUESTION = IS_REAL_DIFY ? process.env['DIFY_CONTRACT_CITATION_QUESTION'] : 'What are the sources?';
/** A workflow returns what it has made and nothing else; a New Agent names its sources in its words. */
const HAS_CITATIONS: readonly DifyContractMode[] = ['chat', 'agent-chat', 'advanced-chat', 'completion'];
const MB = 1024 * 1024;
const signal = new AbortController().signal;

/** One grey pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCB3fwuqwAAAABJRU5ErkJggg==',
  'base64',
);

forEachDifyMode(contract);

function contract(mode: DifyContractMode, key: string): void {
  const timeout = DIFY_TIMEOUT;
  let agent: Agent;
  let takes: readonly FileKind[];
  beforeAll(async () => {
    agent = makeContractAgent(key);
    takes = (await agent.profile?.(signal))?.takes ?? [];
  });
  afterAll(() => agent.close?.());

  it('takes a picture or a document where it says so, and refuses by name what it does not take', {
    timeout,
  }, async () => {
    const picture = fileOf('pixel.png', 'image', 'image/png', PIXEL);
    const document = fileOf('notes.txt', 'file', 'text/plain', Buffer.from('The code word is heron.'));
    for (const file of [picture, document]) {
      const told = await tell(agent, question('What is this? One word.', { files: [file] }));
      if (takes.includes(file.kind)) {
        expect(told.error).toBeUndefined();
        expect(told.answer.trim()).not.toBe('');
      } else {
        const details = { name: file.name, why: expect.stringMatching(/\w/) as string };
        expect(told.error).toMatchObject({ code: 'agent_rejected_file', details });
        expect(told.run).toBeUndefined();
      }
    }
    if (!IS_REAL_DIFY) expect(takes).toContain('image');
  });

  it('refuses by name, with the limit, a file that is larger than Dify allows', { timeout }, async () => {
    const limit = await limitOf(key, 'image_file_size_limit');
    const photo = fileOf('photo.png', 'image', 'image/png', Buffer.alloc(limit * MB + 1));
    const told = await tell(agent, question('What is this?', { files: [photo] }));
    const details = { name: 'photo.png', ...(takes.includes('image') && { limit: `${limit} MB` }) };
    expect(told.error).toMatchObject({ code: 'agent_rejected_file', details });
    expect(told.run).toBeUndefined();
  });

  it.skipIf(FILE_QUESTION === undefined)(
    'hands on a file that it has made, at an address that gives it (DIFY_CONTRACT_FILE_QUESTION)',
    { timeout },
    async () => {
      const [file] = await filesFor(FILE_QUESTION);
      expect(file).toMatchObject({
        name: expect.stringMatching(/\.\w+$/) as string,
        url: expect.stringMatching(/^https?:/) as string,
      });
      if (mode === 'workflow' && !IS_REAL_DIFY) expect(file).toMatchObject({ kind: 'file', name: 'attendance.csv' });
      const answer = await fetch(file?.url ?? '');
      expect(answer.status).toBe(200);
      expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
    },
  );

  it.skipIf(MESSAGE_FILE_QUESTION === undefined)(
    'hands on a picture that comes by an event of its own, once (the stand-in only)',
    { timeout },
    async () => {
      const files = await filesFor(MESSAGE_FILE_QUESTION);
      expect(files).toMatchObject([{ kind: 'image', url: expect.stringMatching(/^https?:/) as string }]);
    },
  );

  // What an app of this kind has no place for is not a test that was not run.
  if (!HAS_CITATIONS.includes(mode)) return;
  it.skipIf(CITATION_QUESTION === undefined)(
    'names its sources, each once, with what stands there (DIFY_CONTRACT_CITATION_QUESTION)',
    { timeout },
    async () => {
      const { citations, error } = await tell(agent, question(CITATION_QUESTION ?? ''));
      expect(error).toBeUndefined();
      expect(citations.length).toBeGreaterThan(0);
      expect(citations.every(({ title }) => title.trim() !== '')).toBe(true);
      expect(new Set(citations.map(({ title }) => title)).size).toBe(citations.length);
    },
  );

  async function filesFor(text = '') {
    const told = await tell(agent, question(text));
    expect(told.error).toBeUndefined();
    return filesOf(told);
  }
}

function fileOf(name: string, kind: FileKind, mime: string, bytes: Buffer<ArrayBuffer>): InputFile {
  return { name, kind, open: async () => ({ bytes: new Uint8Array(bytes), mime }) };
}

/** What Dify itself says of one of its limits, in MB. */
async function limitOf(key: string, name: string): Promise<number> {
  const answer = await fetch(`${difyContractUrl()}/parameters`, { headers: { authorization: `Bearer ${key}` } });
  const { system_parameters: limits } = (await answer.json()) as { system_parameters: Record<string, number> };
  return limits[name] ?? expect.fail(`Dify says nothing of its ${name}`);
}
