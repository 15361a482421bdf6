/** What the vendor takes for an image, told by its first bytes; TIFF and HEIC included. */
export function imageType(content: Buffer): string | undefined {
  const starts = (hex: string): boolean => content.subarray(0, hex.length / 2).toString('hex') === hex;
  if (starts('89504e47')) return 'image/png';
  if (starts('ffd8ff')) return 'image/jpeg';
  if (starts('47494638')) return 'image/gif';
  if (starts('424d')) return 'image/bmp';
  if (starts('00000100')) return 'image/x-icon';
  if (starts('49492a00') || starts('4d4d002a')) return 'image/tiff';
  const brand = content.subarray(4, 12).toString('latin1');
  if (brand.startsWith('ftyphei')) return 'image/heic';
  if (starts('52494646') && content.subarray(8, 12).toString('latin1') === 'WEBP') return 'image/webp';
  return undefined;
}
