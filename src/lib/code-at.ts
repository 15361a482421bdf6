/**
 * The UTF-16 unit of a text at a place; NaN outside of it.
 *
 * As quick as `text.charCodeAt(at)`, also where somebody has made a class of `String` (the client of Redis does): from then on V8 calls the method instead
 * of reading the character, which takes six times as long in the whole process (measured with Node 24.21).
 */
// oxlint-disable-next-line typescript/unbound-method -- it is bound by the call.
export const codeAt: (text: string, at: number) => number = Function.prototype.call.bind(String.prototype.charCodeAt);
