/**
 * A `DATABASE_URL` as the driver takes it without a warning. `prefer`, `require` and `verify-ca` mean to it what `verify-full` means, certificate
 * and name are checked; it announces that this will change, and here it is not to.
 */
export function driverAddress(url: string): string {
  if (!/[?&]sslmode=/.test(url) || /[?&]uselibpqcompat=true/.test(url)) return url;
  return url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|#|$)/, '$1verify-full');
}
