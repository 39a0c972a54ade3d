import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";

/** Waits before each further attempt, by Standard Webhooks: from at once to a day. After the last a delivery is parked. */
const waitsMs = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/**
 * @param attempts made so far, at least one
 * @param random in [0, 1): spreads retries over ±10 %, so that receivers that fail together are not hit together
 * @returns null when there is no further attempt
 */
export function nextAttemptMs(attempts: number, nowMs: number, random: number): number | null {
  const wait = waitsMs[attempts - 1];
  return wait === undefined ? null : Math.round(nowMs + wait * (0.9 + 0.2 * random));
}
