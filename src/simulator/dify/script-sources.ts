import { demoChart } from './pictures.ts';
import type { GeneratedFile, Step } from './steps.ts';
import { inNodes, isFlow, node, pause, pick, say, type Talk } from './talk.ts';

/** Stands in the text of each cited segment: knowledge that a reader may not be allowed to see. */
export const SEGMENT_CANARY = 'canary-from-a-knowledge-segment';

/** Three segments of two documents: two of them are to be shown as one source. */
export function withSources(talk: Talk): Step[] {
  const expense = pick(talk, '差旅费用管理办法.docx', 'Travel expense rules.docx');
  const faq = pick(talk, '财务常见问题.md', 'Finance FAQ.md');
  const cited = [
    segment(talk, 1, expense, 'd-1', 3),
    segment(talk, 2, faq, 'd-2', 8),
    segment(talk, 3, expense, 'd-1', 12),
  ];
  const text = pick(
    talk,
    '根据制度，住宿标准为每晚 **350 元**，超标部分需要事前审批。报销须在返回后 30 天内提交。',
    'The rules allow **350 yuan** a night; more needs approval beforehand. Hand in expenses within 30 days of your return.',
  );
  return [{ kind: 'cite', citations: cited }, ...inNodes(talk, say(talk, text), true)];
}

function segment(talk: Talk, position: number, document: string, id: string, at: number): object {
  return {
    position,
    dataset_id: 'ds-1',
    dataset_name: pick(talk, '公司制度', 'Company rules'),
    document_id: id,
    document_name: document,
    data_source_type: 'upload_file',
    segment_id: `seg-${position}`,
    retriever_from: 'api',
    score: 0.9 - position / 10,
    hit_count: position,
    word_count: 120,
    segment_position: at,
    index_node_hash: `hash-${position}`,
    content: `${SEGMENT_CANARY}: ${document} §${at}`,
    page: null,
    doc_metadata: { language: talk.lang },
    title: document,
    files: [],
    summary: null,
  };
}

/** Two tools; each thought comes empty first and is filled then, under the same id. */
export function withTools(talk: Talk): Step[] {
  const text = pick(
    talk,
    '上海今天 **多云，22 ℃**，东南风 3 级。出门不用带伞 ☁️',
    'Shanghai today: **cloudy, 22 ℃**, a light wind from the south-east. No umbrella needed ☁️',
  );
  const steps = [
    ...useTool(talk, 1, 'city_lookup', '{"name":"Shanghai"}', '{"id":"city-31"}'),
    ...useTool(talk, 2, 'weather_now', '{"city":"city-31"}', '{"sky":"cloudy","celsius":22}'),
  ];
  if (isFlow(talk)) return inNodes(talk, [...steps, ...say(talk, text)]);
  if (talk.mode === 'chat' || talk.mode === 'completion') return say(talk, text);
  const last = { id: talk.uuid(), position: 3, thought: text, tool: '', toolInput: '', observation: '' };
  return [...steps, ...say(talk, text), { kind: 'thought', thought: last }];
}

function useTool(talk: Talk, position: number, tool: string, toolInput: string, observation: string): Step[] {
  const empty = { id: talk.uuid(), position, thought: '', tool: '', toolInput: '', observation: '' };
  const asked = { ...empty, thought: pick(talk, `需要用 ${tool}`, `I need ${tool}`), tool, toolInput };
  return [
    { kind: 'thought', thought: empty },
    ...pause(talk.pace.firstMs),
    { kind: 'thought', thought: asked },
    ...pause(talk.pace.firstMs),
    { kind: 'thought', thought: { ...asked, observation } },
  ];
}

/** Some text and a picture: as a link in the answer where a graph wrote it, as a file of its own elsewhere. */
export function drawing(talk: Talk, text: string): Step[] {
  const picture = talk.make('chart.png', 'image/png', demoChart());
  return inNodes(talk, withFile(talk, text, picture, `![chart](${picture.url})`));
}

export function exported(talk: Talk): Step[] {
  const rows = ['Name,Days,Late', 'Lin,21,0', 'Chen,20,1', 'Zhao,19,0'].join('\r\n');
  // The mark at the start makes spreadsheets read it as UTF-8.
  const table = talk.make('attendance.csv', 'text/csv', Buffer.from(`\uFEFF${rows}\r\n`));
  const text = pick(talk, '导出好了，文件 5 分钟内有效：', 'Here it is; the link is good for five minutes:');
  return inNodes(talk, withFile(talk, text, table, `[attendance.csv](${table.url})`));
}

function withFile(talk: Talk, text: string, file: GeneratedFile, link: string): Step[] {
  const said = isFlow(talk) ? `${text}\n\n${link}\n` : text;
  return [...say(talk, said), { kind: 'file', file }];
}

/** A `message_file` between two pieces of text, in every mode that knows the event. */
export function messageFile(talk: Talk): Step[] {
  const file = talk.make('figure.png', 'image/png', demoChart());
  return [
    ...say(talk, pick(talk, '图在这里：', 'The figure: ')),
    { kind: 'file', file },
    ...say(talk, pick(talk, '请查收。', 'there you are.')),
  ];
}

/** With a file at the first delta, the chat modes name all text deltas `message_file`. */
export function quirkyFile(talk: Talk): Step[] {
  const file = talk.make('figure.png', 'image/png', demoChart());
  const said = say(talk, talk.text).map(
    (step): Step => (step.kind === 'say' ? { kind: 'file-text', text: step.text } : step),
  );
  return [{ kind: 'file', file }, ...said, ...(isFlow(talk) ? node('answer', 'Answer') : [])];
}
