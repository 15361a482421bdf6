import { Client } from 'pg';
import { expect, it } from 'vitest';
import { driverAddress } from './address.ts';

const AT = 'postgres://posthouse:secret@db/posthouse';

it.each([
  [`${AT}?sslmode=require`, `${AT}?sslmode=verify-full`],
  [
    `${AT}?connect_timeout=5&sslmode=verify-ca&sslrootcert=/a`,
    `${AT}?connect_timeout=5&sslmode=verify-full&sslrootcert=/a`,
  ],
  [`${AT}?sslmode=prefer`, `${AT}?sslmode=verify-full`],
])('%s checks certificate and name', (url, given) => expect(driverAddress(url)).toBe(given));

it.each([
  AT,
  `${AT}?sslmode=disable`,
  `${AT}?sslmode=no-verify`,
  `${AT}?sslmode=verify-full`,
  `${AT}?uselibpqcompat=true&sslmode=require`,
])('%s stays as it is', (url) => expect(driverAddress(url)).toBe(url));

it('is taken by the driver without a word', async () => {
  const warned: string[] = [];
  const listen = ({ message }: Error) => void warned.push(message);
  process.on('warning', listen);
  const { ssl } = new Client({ connectionString: driverAddress(`${AT}?sslmode=require`) }) as Client & {
    ssl?: unknown;
  };
  await new Promise(setImmediate);
  process.off('warning', listen);
  expect([warned, ssl]).toEqual([[], {}]);
});
