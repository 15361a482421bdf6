import type { AppMode } from './apps.ts';
import type { Flavour } from './flavours.ts';
import type { Lang } from './languages.ts';
import type { Question } from './options.ts';
import { pngSize } from './pictures.ts';
import type { AttachedFile } from './rows.ts';
import { type GeneratedFile, type Pace, type Step, speak } from './steps.ts';

/** Everything a script may look at to write an answer. */
export interface Talk extends Question {
  readonly lang: Lang;
  readonly mode: AppMode;
  readonly flavour: Flavour;
  readonly files: readonly AttachedFile[];
  readonly pace: Pace;
  /** The text of an ordinary answer. */
  readonly text: string;
  uuid(): string;
  /** Keeps bytes as a file of this answer, with a signed address. */
  make(name: string, mime: string, bytes: Uint8Array): GeneratedFile;
}

export function isFlow(talk: Talk): boolean {
  return talk.mode === 'advanced-chat' || talk.mode === 'workflow';
}

/** In a graph: the nodes around an answer. Elsewhere the answer alone. */
export function inNodes(talk: Talk, answer: readonly Step[], knowledge = false): Step[] {
  if (!isFlow(talk)) return [...answer];
  const asks =
    talk.lang === 'zh'
      ? ['开始', '知识检索', '大模型', '直接回复']
      : ['Start', 'Knowledge retrieval', 'Model', 'Answer'];
  const [start = '', search = '', model = '', reply = ''] = asks;
  const last = talk.mode === 'workflow' ? 'end' : 'answer';
  return [
    ...node('start', start),
    ...(knowledge ? node('knowledge-retrieval', search) : []),
    { kind: 'node', phase: 'start', type: 'llm', title: model },
    ...answer,
    { kind: 'node', phase: 'finish', type: 'llm', title: model },
    ...node(last, reply),
  ];
}

export function node(type: string, title: string): Step[] {
  return [
    { kind: 'node', phase: 'start', type, title },
    { kind: 'node', phase: 'finish', type, title },
  ];
}

/** Thinks for a moment, then says the text at the talk's pace. */
export function say(talk: Talk, text: string): Step[] {
  return [...pause(talk.pace.firstMs), ...speak(text, talk.pace)];
}

export function pause(ms: number): Step[] {
  return ms > 0 ? [{ kind: 'wait', ms }] : [];
}

/** In the language of the question. */
export function pick(talk: Talk, zh: string, en: string): string {
  return talk.lang === 'zh' ? zh : en;
}

/** Names each file that came with the question, with its size and what can be said of it at a glance. */
export function describeFiles(talk: Talk): string {
  const count = talk.files.length;
  const head = pick(talk, `收到 ${count} 个文件：`, `I got ${count} file${count === 1 ? '' : 's'}:`);
  return [head, '', ...talk.files.map((file) => `- ${describe(talk, file)}`)].join('\n');
}

function describe(talk: Talk, file: AttachedFile): string {
  const { stored } = file;
  if (stored === undefined) return `**${file.name}** (${file.type}, ${pick(talk, '远程地址', 'by its address')})`;
  const size = pngSize(stored.bytes);
  const pixels = size === undefined ? '' : `, ${size.width} × ${size.height}`;
  return `**${file.name}** (${file.type}, ${sizeText(stored.bytes.length)}${pixels})${firstLine(talk, file)}`;
}

function firstLine(talk: Talk, file: AttachedFile): string {
  if (!/^(txt|md|markdown|csv|html?|vtt|json)$/.test(file.stored?.extension ?? '')) return '';
  const line =
    Buffer.from(file.stored?.bytes ?? [])
      .toString('utf8')
      .split(/\r?\n/, 1)[0]
      ?.slice(0, 60) ?? '';
  return line.trim() === '' ? '' : pick(talk, `，第一行是“${line}”`, `; its first line: “${line}”`);
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
