import type { PlatformKind, SimApp, SimPerson } from '../../../src/simulator/contract.ts';

/** By what a window is known at a glance: in people's list and at its head. */
export type Brand = PlatformKind | 'wechat';

/** One kind of window: whose client it is, and who can sit there. */
export interface SeatKind {
  readonly id: string;
  readonly platform: PlatformKind;
  readonly brand: Brand;
  readonly frame: 'desktop' | 'phone';
  readonly who: 'member' | 'customer' | 'servicer';
}

/**
 * Every window there is, in their order, one line a window. A new platform's client joins in `registry.ts`, its windows' names
 * in `text/`; the compiler asks for both.
 */
export const SEATS = [
  { id: 'desktop', platform: 'feishu', brand: 'feishu', frame: 'desktop', who: 'member' },
  { id: 'phone', platform: 'feishu', brand: 'feishu', frame: 'phone', who: 'member' },
  { id: 'wecom', platform: 'wecom', brand: 'wecom', frame: 'desktop', who: 'member' },
  { id: 'wechat', platform: 'wecom', brand: 'wechat', frame: 'phone', who: 'customer' },
  { id: 'servicer', platform: 'wecom', brand: 'wecom', frame: 'desktop', who: 'servicer' },
  { id: 'dingtalk', platform: 'dingtalk', brand: 'dingtalk', frame: 'desktop', who: 'member' },
  { id: 'dingtalk-phone', platform: 'dingtalk', brand: 'dingtalk', frame: 'phone', who: 'member' },
] as const satisfies readonly SeatKind[];
/** A platform that has windows. */
export type SeatedPlatform = (typeof SEATS)[number]['platform'];
export type SeatId = (typeof SEATS)[number]['id'];

/** More than these side by side are too narrow to read. */
export const MAX_OPEN = 3;

/** People and apps, as the simulator told of them. */
export interface Cast {
  readonly people: readonly SimPerson[];
  readonly apps: readonly SimApp[];
}

export function kindOf(seat: SeatId): SeatKind & { readonly platform: SeatedPlatform } {
  return SEATS.find(({ id }) => id === seat) ?? SEATS[0];
}

/** The windows of the platforms that are simulated. */
export function seatsOf(apps: readonly SimApp[]): SeatId[] {
  return SEATS.filter(({ platform, who }: SeatKind) =>
    apps.some((app) => app.platform === platform && (who === 'member' || app.surface === 'kf')),
  ).map(({ id }) => id);
}

/** Whether somebody has what it takes to sit at a window. */
export function canSitAt(seat: SeatId, person: SimPerson, apps: readonly SimApp[]): boolean {
  const { platform, who } = kindOf(seat);
  if (person.accounts[platform] === undefined) return false;
  if ((who === 'customer') !== (person.role === 'customer')) return false;
  return who !== 'servicer' || apps.some(({ servicers }) => servicers?.some((one) => one.person === person.id));
}

/** Who was chosen to be, and somebody else at one window. */
interface Sitting {
  readonly person: string | undefined;
  readonly others: Readonly<Partial<Record<SeatId, string>>>;
}

/** The employee first, whom most people want to be; at a desk whoever the account names first. */
function inOrder(seat: SeatId, people: readonly SimPerson[], apps: readonly SimApp[]): readonly SimPerson[] {
  const isEmployee = ({ role }: SimPerson): boolean => role === 'employee';
  if (kindOf(seat).who !== 'servicer') return people.toSorted((a, b) => Number(isEmployee(b)) - Number(isEmployee(a)));
  const named = apps.flatMap(({ servicers = [] }) => servicers.map(({ person }) => person));
  return named.flatMap((id) => people.find((person) => person.id === id) ?? []);
}

/** Who sits at a window: whoever was put there, else whom one plays, else the first who can. */
export function personAt(seat: SeatId, state: Sitting, { people, apps }: Cast): SimPerson | undefined {
  const able = inOrder(seat, people, apps).filter((person) => canSitAt(seat, person, apps));
  const wanted = [state.others[seat], state.person].flatMap((id) => able.find((person) => person.id === id) ?? []);
  return wanted[0] ?? able[0];
}

/** The windows that are open: those chosen, else the first of each platform, as many as there is room for. */
export function openSeatsOf(
  apps: readonly SimApp[],
  chosen: readonly string[] | undefined,
  room: number,
): readonly SeatId[] {
  const all = seatsOf(apps);
  const kept = (chosen ?? []).flatMap((id) => all.find((seat) => seat === id) ?? []);
  if (kept.length > 0) return kept.slice(0, MAX_OPEN);
  const first = all.filter(
    (seat, at) => all.findIndex((other) => kindOf(other).platform === kindOf(seat).platform) === at,
  );
  return first.slice(0, room);
}
