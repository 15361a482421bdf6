import { createHmac } from 'node:crypto';

/** `sign` of a robot's push over HTTP: over time and secret, not over the body. (development-robot-overview) */
export function robotSign(timestamp: string, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}

/** `x-ddpaas-signature` of a card's callback. (register-card-callback-address) */
export function cardSign(timestamp: string, apiSecret: string): string {
  return createHmac('sha256', apiSecret).update(timestamp).digest('base64');
}
