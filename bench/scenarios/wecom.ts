import type { Bed } from '../bed.ts';
import type { Report } from '../figures.ts';
import { besideFeishu } from './beside-feishu.ts';

/** The way of a message of a WeCom app. */
export async function wecom(bed: Bed): Promise<Report> {
  const figures = await besideFeishu(bed, [{ name: 'WeCom', vendor: 'wecom' }]);
  return { scenario: 'wecom: the webhook of an app beside Feishu’s', figures };
}
