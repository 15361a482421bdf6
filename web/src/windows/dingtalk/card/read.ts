import type { DingtalkCardJson } from '../../../../../src/simulator/contract.ts';

const LOOKS: ReadonlySet<unknown> = new Set<DingtalkCardJson['look']>([
  'ai',
  'action',
  'link',
  'feed',
  'oa',
  'approval',
]);

/**
 * What the simulator says of a card.
 * @throws {TypeError} When it says something that nobody knows how to draw; the message then tells so.
 */
export function readCard(json: Readonly<Record<string, unknown>>): DingtalkCardJson {
  if (!LOOKS.has(json['look'])) throw new TypeError(`a card that looks like ${String(json['look'])}`);
  return json as unknown as DingtalkCardJson;
}

/** A link that may be followed; the vendor's own addresses lead nowhere outside its client. */
export function pageOf(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:/i.test(url) ? url : undefined;
}
