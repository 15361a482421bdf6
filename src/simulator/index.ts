/**
 * The far side of the wire as a library, `posthouse/simulator` in the published package: docs/simulator.md.
 */
export { type ManualClock, manualClock, type SimClock } from './clock.ts';
export type * from './contract.ts';
export type { DifyStandIn, DifyStandInOptions, Exchange } from './dify/index.ts';
export type {
  ApprovalTemplate,
  CardTemplate,
  DingtalkApp,
  DingtalkAppOptions,
  DingtalkLimits,
  DingtalkOptions,
  DingtalkRecord,
  DingtalkRules,
  DingtalkSide,
  PressOutcome,
  PushOutcome,
  QuotaState,
  RecordedDingtalkAnswer,
  RecordedPush,
} from './dingtalk/index.ts';
export type {
  DeliveryOutcome,
  FeishuApp,
  FeishuAppOptions,
  FeishuApprovalDefinition,
  FeishuLimits,
  FeishuOptions,
  FeishuRecord,
  FeishuSide,
  PressResult,
  RecordedAnswer,
  RecordedDelivery,
  RecordedPress,
} from './feishu/index.ts';
export { DEMO_PEOPLE, type Persona } from './people.ts';
export { type Simulator, type SimulatorOptions, startSimulator } from './server.ts';
export type {
  CallbackOutcome,
  CardChoice,
  KfHands,
  OaTemplate,
  RecordedWecomAnswer,
  WecomApp,
  WecomAppOptions,
  WecomBot,
  WecomBotOptions,
  WecomLimits,
  WecomOptions,
  WecomRecord,
  WecomRules,
  WecomSide,
} from './wecom/index.ts';
