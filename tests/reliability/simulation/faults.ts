import { MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";
import type { World } from "./world.ts";

/** What goes wrong, and how often; drawn anew for every seed, so that each run has its own mixture. */
export interface Faults {
  /** Of messages: never arrive, arrive with the answer lost, arrive twice (clients' only). */
  dropped: number;
  unanswered: number;
  doubled: number;
  /** A message takes up to so long, so they overtake each other. */
  delayMs: number;
  /** How long what an object wrote is not durable yet. */
  flushMs: number;
  /** A crash of some object every so often on average; 0 for never. */
  crashEveryMs: number;
  /** Alarms that the platform forgets. */
  lostAlarms: number;
  /** Clocks are off by up to so much. */
  skewMs: number;
  /** Of calls of what lies behind the objects: D1, and the organisation. */
  failing: number;
}

export function drawFaults(world: World): Faults {
  const rate = (most: number): number => (world.chance(0.3) ? 0 : world.draw() * most);
  return {
    dropped: rate(0.2),
    unanswered: rate(0.2),
    doubled: rate(0.3),
    delayMs: world.pick([5, 200, 2 * SECOND_MS, 20 * SECOND_MS]),
    flushMs: world.pick([0, 5, 100]),
    crashEveryMs: world.pick([0, 10, 30, 100]) * SECOND_MS,
    lostAlarms: rate(0.3),
    skewMs: world.pick([0, SECOND_MS, 2 * MINUTE_MS]),
    failing: rate(0.3),
  };
}

/** At the end the world heals, and everything has to come right. */
export const noFaults: Faults = {
  dropped: 0,
  unanswered: 0,
  doubled: 0,
  delayMs: 5,
  flushMs: 1,
  crashEveryMs: 0,
  lostAlarms: 0,
  skewMs: 0,
  failing: 0,
};

/** What those see whom a fault hits; anything else that is thrown is a bug. */
export class Fault extends Error {}
