import { type GatewayError, toGatewayError } from '../../core/errors.ts';
import { vendorCodeOf, WecomError } from './errors.ts';

/** How the settings of a surface are called, for the sentence that says which one is wrong. */
export interface SettingNames {
  readonly corpId: string;
  readonly secret: string;
  readonly baseUrl: string;
  /** Where the app or account stands in the vendor's back office. */
  readonly place: string;
}

/** What a refused call says about the set-up, in one sentence with where to click. */
export function setupFault(thrown: unknown, names: SettingNames, baseUrl: string): string {
  const error = toGatewayError(thrown);
  const code = vendorCodeOf(error);
  return (code !== undefined && knownFault(code, error, names)) || otherFault(error, names, baseUrl);
}

function knownFault(code: number, error: GatewayError, names: SettingNames): string | undefined {
  const { corpId, secret, place } = names;
  switch (code) {
    case 60020:
      return `This machine’s address${addressIn(error)} is not trusted: ${place} → Enterprise trusted IP (企业可信IP) → add it; it takes about a minute to work.`;
    case 40001:
    case 40091:
      return `${secret} does not belong to ${corpId}, or the app is stopped: copy the Secret from ${place} and see that the app is enabled.`;
    case 40013:
      return `${corpId} is not known: copy it from Admin Console → My Enterprise → Enterprise ID.`;
    case 45031:
      return `${secret} is too weak: ${place} → Secret → reset it.`;
    case 48002:
    case 48006:
      return `The app may not call this: ${place} → grant the right in “permissions” (rights that are not used for long are withdrawn).`;
    case 50003:
    case 60031:
      return `The app is disabled: ${place} → enable it.`;
    default:
      return undefined;
  }
}

function addressIn(error: GatewayError): string {
  const ip = error instanceof WecomError ? error.ip : undefined;
  return ip === undefined ? '' : ` ${ip}`;
}

function otherFault(error: GatewayError, names: SettingNames, baseUrl: string): string {
  if (error.code === 'platform_unavailable')
    return `${baseUrl} did not answer: check ${names.baseUrl}, the network and HTTPS_PROXY (${error.message}).`;
  return `The platform refuses the app: ${error.message}.`;
}
