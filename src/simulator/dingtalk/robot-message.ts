import { type Json, parseObject, textAt } from '../../lib/read.ts';
import { ApiRefusal } from './errors.ts';
import type { DingtalkWorld } from './world.ts';

/** What each template of a robot's message needs. (chatbots-send-one-on-one-chat-messages-in-batches) */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  sampleText: ['content'],
  sampleMarkdown: ['title', 'text'],
  sampleImageMsg: ['photoURL'],
  sampleLink: ['title', 'text', 'messageUrl'],
  sampleActionCard: ['title', 'text', 'singleTitle', 'singleURL'],
  sampleActionCard2: ['title', 'text', ...buttons(2)],
  sampleActionCard3: ['title', 'text', ...buttons(3)],
  sampleActionCard4: ['title', 'text', ...buttons(4)],
  sampleActionCard5: ['title', 'text', ...buttons(5)],
  sampleActionCard6: ['title', 'text', 'buttonTitle1', 'buttonUrl1', 'buttonTitle2', 'buttonUrl2'],
  sampleAudio: ['mediaId', 'duration'],
  sampleFile: ['mediaId', 'fileName', 'fileType'],
  sampleVideo: ['duration', 'videoMediaId', 'videoType', 'picMediaId'],
};
const FILE_TYPES: ReadonlySet<string> = new Set(['xlsx', 'pdf', 'zip', 'rar', 'doc', 'docx']);

function buttons(count: number): string[] {
  return Array.from({ length: count }, (_, index) => [`actionTitle${index + 1}`, `actionURL${index + 1}`]).flat();
}

/** @throws {ApiRefusal} */
export function readRobotMessage(world: DingtalkWorld, body: Json): { readonly type: string; readonly param: Json } {
  const type = textAt(body, 'msgKey');
  const needed = NEEDED[type];
  if (needed === undefined) throw invalid('msgKey.invalid', `there is no msgKey ${type}`);
  const source = textAt(body, 'msgParam');
  if (Buffer.byteLength(source) > world.limits.paramBytes) throw invalid('msgParam.tooLong', 'msgParam is too long');
  const param = parseObject(source);
  if (param === undefined) throw invalid('msgParam.invalid', 'msgParam is not JSON text');
  for (const name of needed) {
    const value = param[name];
    const isThere = (typeof value === 'string' && value !== '') || (name === 'duration' && typeof value === 'number');
    if (!isThere) throw invalid('msgParam.invalid', `msgParam lacks ${name}`);
  }
  checkMedia(world, type, param);
  return { type, param };
}

function invalid(what: string, message: string): ApiRefusal {
  return new ApiRefusal(400, `invalidParameter.${what}`, message);
}

function checkMedia({ files }: DingtalkWorld, type: string, param: Json): void {
  const isMedia = ['sampleAudio', 'sampleFile'].includes(type) || textAt(param, 'photoURL').startsWith('@');
  const id = textAt(param, 'mediaId') || textAt(param, 'photoURL');
  if (isMedia && files.media(id) === undefined) throw invalid('msgParam.invalid', 'there is no such media_id');
  if (type === 'sampleFile' && !FILE_TYPES.has(textAt(param, 'fileType'))) {
    throw invalid('msgParam.invalid', `files of type ${textAt(param, 'fileType')} are not taken`);
  }
}
