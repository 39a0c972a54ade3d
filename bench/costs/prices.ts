/**
 * What the platform charges a month on its paid plan, in US dollars, as published. A price that changes is changed here, with
 * the date, and `npm run costs` writes docs/scale.md anew.
 */
export interface Price {
  included: number;
  /** For each `unit` past what is included. */
  usd: number;
  unit: number;
}

const million = 1e6;

export const prices = {
  readOn: "2026-11-28",
  sources: [
    "https://developers.cloudflare.com/workers/platform/pricing/",
    "https://developers.cloudflare.com/durable-objects/platform/pricing/",
    "https://developers.cloudflare.com/d1/platform/pricing/",
  ],
  planUsd: 5,
  /** Workers: HTTP requests, and milliseconds of processor time. */
  requests: { included: 10 * million, usd: 0.3, unit: million },
  cpuMs: { included: 30 * million, usd: 0.02, unit: million },
  /** Durable Objects: calls and alarms that ring; gigabytes of memory × seconds, of 128 MB while an object is active. */
  objectRequests: { included: million, usd: 0.15, unit: million },
  objectGbSeconds: { included: 400_000, usd: 12.5, unit: million },
  /** Their SQLite: rows written, deleted ones and alarms set included; gigabytes kept. Rows read cost a thousandth. */
  rowsWritten: { included: 50 * million, usd: 1, unit: million },
  storedGb: { included: 5, usd: 0.2, unit: 1 },
  /** D1: rows read; a request reads the row of its key. */
  databaseRowsRead: { included: 25_000 * million, usd: 0.001, unit: million },
} as const;

/** An object is billed for this much memory while it is active, whatever it uses. */
export const objectGb = 0.128;

export const charge = ({ included, usd, unit }: Price, quantity: number): number =>
  (Math.max(0, quantity - included) / unit) * usd;
