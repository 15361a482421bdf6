import { type ManualClock, manualClock } from '../clock.ts';
import { type Simulator, startSimulator } from '../server.ts';
import type { WecomSide } from './index.ts';
import type { WecomOptions } from './options.ts';

export interface WecomAnswer {
  readonly errcode: number;
  readonly errmsg: string;
  readonly [name: string]: unknown;
}

/** A simulator on a clock that stands still, and a bare client of its API. For tests only. */
export interface TestWecom {
  readonly sim: Simulator;
  readonly wecom: WecomSide;
  readonly clock: ManualClock;
  /** A call with the token of the app, or of customer service for `kf/…`. */
  call(path: string, body?: unknown): Promise<WecomAnswer>;
  get(path: string): Promise<WecomAnswer>;
  /** A message of the app to 林晓. */
  send(message: Record<string, unknown>): Promise<WecomAnswer>;
  upload(type: string, content: Buffer, name?: string): Promise<WecomAnswer>;
  token(secret?: string): Promise<string>;
  close(): Promise<void>;
}

export async function startWecom(options: WecomOptions = {}): Promise<TestWecom> {
  const clock = manualClock();
  const sim = await startSimulator({ clock, dify: false, wecom: options });
  const { wecom } = sim;
  const fetchJson = async (path: string, init?: RequestInit): Promise<WecomAnswer> => {
    const response = await fetch(`${sim.url}/cgi-bin/${path}`, init);
    return (await response.json()) as WecomAnswer;
  };
  const token = async (secret = wecom.app.secret): Promise<string> => {
    const answer = await fetchJson(`gettoken?corpid=${wecom.corpId}&corpsecret=${secret}`);
    return String(answer['access_token']);
  };
  const withToken = async (path: string): Promise<string> => {
    const secret = path.startsWith('kf/') ? wecom.kfSecret : wecom.app.secret;
    return `${path}${path.includes('?') ? '&' : '?'}access_token=${await token(secret)}`;
  };
  const vendor: TestWecom = {
    sim,
    wecom,
    clock,
    token,
    async call(path, body) {
      const bare = /^(?:webhook|aibot)\//.test(path);
      const init = { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
      return fetchJson(bare ? path : await withToken(path), init);
    },
    get: async (path) => fetchJson(await withToken(path)),
    send: (message) => vendor.call('message/send', { touser: 'lin.xiao', agentid: wecom.app.agentId, ...message }),
    async upload(type, content, name = 'file.bin') {
      const form = new FormData();
      form.append('media', new Blob([new Uint8Array(content)]), name);
      return fetchJson(await withToken(`media/upload?type=${type}`), { method: 'POST', body: form });
    },
    close: () => sim.close(),
  };
  return vendor;
}

/** A card with two buttons. */
export const BUTTON_CARD = {
  card_type: 'button_interaction',
  main_title: { title: 'Purchase 8812', desc: 'CNY 3 200' },
  task_id: 'po-8812@1',
  button_list: [
    { text: 'Approve', style: 1, key: 'approve' },
    { text: 'Reject', style: 2, key: 'reject' },
  ],
};
