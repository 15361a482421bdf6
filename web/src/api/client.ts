import {
  type AnySimAction,
  type Fault,
  type NewFault,
  SIM_PATHS,
  type SimActionResult,
  type SimMessage,
  type SimRefusal,
  type SimResource,
  type SimSettings,
  type WireDetail,
  type Words,
} from '../../../src/simulator/contract.ts';

/** A call of ours that the simulator refused or did not answer. `code` is its own word, or `http_503`, `offline`. */
export class CallFailed extends Error {
  readonly code: string;
  readonly words: Words | undefined;

  constructor(code: string, words?: Words) {
    super(words?.en ?? code);
    this.name = 'CallFailed';
    this.code = code;
    this.words = words;
  }
}

/** What a person does in her client, told to the simulator; see {@link ./act.ts} for what the page calls. */
export function postAction(action: AnySimAction): Promise<SimActionResult> {
  return post(SIM_PATHS.actions, action);
}

export function addFault(fault: NewFault): Promise<Fault> {
  return post(SIM_PATHS.faults, fault);
}

export function removeFault(id: string): Promise<void> {
  return call(SIM_PATHS.fault(id), { method: 'DELETE' });
}

export function removeFaults(): Promise<void> {
  return call(SIM_PATHS.faults, { method: 'DELETE' });
}

export function clearWire(): Promise<void> {
  return call(SIM_PATHS.wire, { method: 'DELETE' });
}

export function wireDetail(id: string, signal: AbortSignal): Promise<WireDetail> {
  return call(SIM_PATHS.wireEntry(id), { signal });
}

export function killGateway(): Promise<void> {
  return post(SIM_PATHS.killGateway, {});
}

export function reset(): Promise<void> {
  return post(SIM_PATHS.reset, {});
}

export function changeSettings(change: Partial<SimSettings>): Promise<SimSettings> {
  return call(SIM_PATHS.settings, { ...json(change), method: 'PATCH' });
}

/** Older messages of a chat, before the first one at hand. */
export function olderMessages(platform: string, chat: string, before: string): Promise<SimMessage[]> {
  return call(`${SIM_PATHS.messages}?${new URLSearchParams({ platform, chat, before, limit: '50' }).toString()}`);
}

export function upload(file: File): Promise<SimResource> {
  return call(`${SIM_PATHS.resources}?${new URLSearchParams({ name: file.name }).toString()}`, {
    method: 'POST',
    headers: { 'content-type': file.type === '' ? 'application/octet-stream' : file.type },
    body: file,
  });
}

function post<T>(path: string, body: unknown): Promise<T> {
  return call(path, { ...json(body), method: 'POST' });
}

function json(body: unknown): RequestInit {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function call<T>(path: string, init: RequestInit): Promise<T>;
async function call<T>(path: string): Promise<T>;
async function call(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new CallFailed('offline');
  });
  const text = await response.text();
  const body = parse(text);
  if (response.ok) return body;
  const refusal = body as SimRefusal | undefined;
  throw new CallFailed(refusal?.error?.code ?? `http_${response.status}`, refusal?.error?.text);
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
