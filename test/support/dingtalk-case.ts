import { GatewayError } from '../../src/core/errors.ts';
import type { Delivery, ReplyAddress } from '../../src/core/event.ts';
import type { Platform } from '../../src/core/platform.ts';
import { dingtalk } from '../../src/platforms/dingtalk/index.ts';
import type { PlatformCase, Seen, Skips } from '../contracts/platform.contract.ts';
import { fixture } from '../fixtures/dingtalk/load.ts';
import {
  APP,
  DingtalkVendor,
  signedDelivery,
  socketDelivery,
  type VendorCard,
  vendorConfig,
  vendorDeps,
} from './dingtalk-vendor.ts';

const fetchUrl = (): Promise<never> => Promise.reject(new GatewayError('url_forbidden', 'no files in this test'));

const UNSIGNED = 'the vendor signs the time of a delivery and not its body';
export const DINGTALK_SKIPS: Skips = {
  'a body of which one byte was changed': UNSIGNED,
  'a body with something behind it': UNSIGNED,
};

/** The robot by HTTP callback. */
export async function dingtalkCase(): Promise<PlatformCase> {
  const vendor = await DingtalkVendor.start();
  const presses = { cardRouteKey: 'route-1', cardSecret: 'sim-card-api-secret' };
  const platform = dingtalk.create(vendorConfig(vendor.url, { mode: 'webhook', ...presses }), vendorDeps({ fetchUrl }));
  const unconfigured = dingtalk.create(vendorConfig(vendor.url), vendorDeps());
  // One moment for all looks at one delivery.
  const startedAt = Date.now();
  return {
    platform,
    unconfigured,
    now: () => startedAt,
    write(text) {
      const delivery = signedDelivery(written(vendor, text), startedAt);
      return Promise.resolve({
        delivery,
        again: () => Promise.resolve(signedDelivery(written(vendor, text), startedAt)),
      });
    },
    ownMessage: () => signedDelivery({ ...written(vendor, 'x'), senderId: '$:LWCP_v1:$simbot' }, startedAt),
    unknownEvent: () => socketDelivery('*', {}, { 'event-type': 'something_of_tomorrow' }),
    seen: (to) => [...cardsIn(vendor, platform, to), ...messagesIn(vendor, to)],
    async close() {
      await platform.close?.();
      await unconfigured.close?.();
      await vendor.close();
    },
  };
}

function written(vendor: DingtalkVendor, text: string): Record<string, unknown> {
  return fixture('message-direct-text', {
    text: { content: text },
    robotCode: APP.clientId,
    sessionWebhook: `${vendor.url}/robot/sendBySession?session=lin.mei`,
    sessionWebhookExpiredTime: Date.now() + 5_400_000,
  });
}

function cardsIn(vendor: DingtalkVendor, platform: Platform, to: ReplyAddress): readonly Seen[] {
  return [...vendor.cards].flatMap(([track, card]) => {
    if (!card.space.endsWith(`.${to.chat}`)) return [];
    return [{ text: card.params['msgContent'] ?? '', settled: card.finished, values: valuesOf(platform, track, card) }];
  });
}

/** Presses each button and looks at what arrives. */
function valuesOf(platform: Platform, outTrackId: string, card: VendorCard): readonly unknown[] {
  const { msgButtons } = JSON.parse(card.params['sys_full_json_obj'] ?? '{}') as { msgButtons?: { id: string }[] };
  return (msgButtons ?? []).map((button) => {
    const content = JSON.stringify({ cardPrivateData: { actionIds: [button.id], params: {} } });
    const press = fixture('card-pressed', { outTrackId, content });
    const delivery: Delivery = socketDelivery('/v1.0/card/instances/callback', press);
    const receipt = platform.receive(delivery, Date.now());
    return receipt.kind === 'question' ? receipt.event.value : undefined;
  });
}

function messagesIn(vendor: DingtalkVendor, to: ReplyAddress): readonly Seen[] {
  const here = vendor.messages.filter(({ chat }) => chat === to.chat);
  return here.map(({ text }) => ({ text, settled: true, values: [] }));
}
