/**
 * A value as a field of CSV (RFC 4180): in quotes where needed; a leading sign that spreadsheets would run as a formula is
 * defused by a quote mark.
 */
export function csvField(text: string): string {
  const safe =
    /^[=+@\t\r]/.test(text) || (text.startsWith("-") && Number.isNaN(Number(text))) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
