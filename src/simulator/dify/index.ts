export { type AppMode, DEMO_APPS } from './apps.ts';
export { FLAVOUR_NAMES, type FlavourName } from './flavours.ts';
export { NODE_CANARY } from './flow-wire.ts';
export type { DifyStandInOptions, Exchange, Watch } from './options.ts';
export { SCENARIOS } from './scenarios.ts';
export { SEGMENT_CANARY } from './script-sources.ts';
export { type DifyStandInServer, startDifyStandIn } from './server.ts';
export { createDifyStandIn, type DifyStandIn } from './stand-in.ts';
