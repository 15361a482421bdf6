/** @throws {Error} When there is none; the page and whoever orders people about are told so. */
export function mustFind<T>(found: T | undefined, what: string, id: string): T {
  if (found === undefined) throw new Error(`there is no ${what} ${id}`);
  return found;
}
