import type { Bed } from '../bed.ts';
import type { Report } from '../figures.ts';
import { besideFeishu } from './beside-feishu.ts';

/** The way of a message of a DingTalk robot, by both of its ways. */
export async function dingtalk(bed: Bed): Promise<Report> {
  const figures = await besideFeishu(bed, [
    { name: 'DingTalk', vendor: 'dingtalk' },
    { name: 'Stream', vendor: 'dingtalk', byLine: true },
    { name: 'Feishu by socket', vendor: 'feishu', byLine: true },
  ]);
  return {
    scenario: 'dingtalk: a robot by webhook and by Stream, and Feishu’s long connection, beside Feishu’s webhook',
    figures,
  };
}
