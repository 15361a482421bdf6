import type { IncomingMessage } from 'node:http';
import type { DemoApp } from './apps.ts';
import type { Flavour } from './flavours.ts';
import { type Refusal, refusal } from './refusals.ts';

/** The key a request carries, good or not. */
export function keyOf(req: IncomingMessage): string | undefined {
  const header = req.headers.authorization;
  return header?.startsWith('Bearer ') === true ? header.slice(7) : undefined;
}

/** @throws {Refusal} 401 without a good key, 403 and 400 for apps that do not serve. */
export function authorised(req: IncomingMessage, app: DemoApp | undefined, flavour: Flavour): DemoApp {
  const header = req.headers.authorization;
  if (header?.includes(' ') !== true)
    throw unauthorized("Authorization header must be provided and start with 'Bearer'");
  if (!/^bearer /i.test(header)) throw unauthorized("Authorization scheme must be 'Bearer'");
  const known = app !== undefined && (app.mode !== 'agent' || flavour.newAgent);
  if (!known || app.state === 'revoked') throw unauthorized('Access token is invalid');
  if (app.state === 'disabled') throw refusal(403, 'forbidden', "The app's API service has been disabled.");
  if (app.state === 'unpublished')
    throw refusal(400, 'app_unavailable', 'App unavailable, please check your app configurations.');
  return app;
}

function unauthorized(message: string): Refusal {
  return refusal(401, 'unauthorized', message);
}
