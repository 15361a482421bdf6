import type { Bed } from '../bed.ts';
import type { Report } from '../figures.ts';
import { besideFeishu } from './beside-feishu.ts';

/** The way of a message of a WeCom app, and of an AI bot, whose messages and answers share a long connection. */
export async function wecom(bed: Bed): Promise<Report> {
  const figures = await besideFeishu(bed, [
    { name: 'WeCom', vendor: 'wecom' },
    { name: 'AI bot', vendor: 'wecom-bot', byLine: true },
  ]);
  return {
    scenario: 'wecom: the webhook of an app, and the long connection of an AI bot, beside Feishu’s webhook',
    figures,
  };
}
