/** From when a pushed reference is in force: said, or where it changes nothing that is counted already. */
import type { ModelDetail } from "#core/domain/api.ts";
import { floorTo } from "#core/domain/event-time.ts";
import { CommandError } from "../command-error.ts";
import { timeOf } from "../times.ts";

export type Activation = { fromMs: number; why: string } | null;

export interface ActivationInput {
  /** `--activate-from`: `next`, `end`, `none`, a time, or null where nothing was said. */
  asked: string | null;
  model: Pick<ModelDetail["model"], "clock" | "windowMs" | "latenessMs">;
  activations: ModelDetail["activations"];
  watermarkMs: number | null;
  /** The last time in the file; null where it has none. */
  fileEndMs: number | null;
  nowMs: number;
}

/**
 * Windows never mix two references, so that it is always a window's beginning. Where nothing is said: the first reference
 * of a model on wall time holds from the window that is open now, or rows would be refused until the next; on a replay's
 * clock from the first window behind the file, so that a reference does not judge the rows that it is made of. A later
 * reference holds from the next window that has no rows yet. Null: not activated.
 */
export function activationOf(input: ActivationInput): Activation {
  const { asked, model, fileEndMs } = input;
  if (asked === "none") return null;
  const next = { fromMs: nextFreeMs(input), why: "the next window" };
  const end =
    fileEndMs === null ? null : { fromMs: behind(fileEndMs, model), why: "the first window behind the file" };
  if (asked === "next") return next;
  if (asked === "end") {
    if (end === null)
      throw new CommandError("The file has no times, so that --activate-from end says nothing.");
    return end;
  }
  if (asked !== null) {
    const timeMs = timeOf("--activate-from", asked) ?? 0;
    const fromMs = behind(timeMs - 1, model);
    return { fromMs, why: fromMs === timeMs ? "as you said" : "the first window from then on" };
  }
  const replay = model.clock === "replay";
  if (input.activations.length > 0) return replay && end && end.fromMs > next.fromMs ? end : next;
  if (replay && end !== null) return end;
  return { fromMs: floorTo(input.nowMs, model.windowMs), why: "the window that is open now" };
}

/** The beginning of the first window that begins after a time. */
const behind = (timeMs: number, { windowMs }: { windowMs: number }): number =>
  floorTo(timeMs, windowMs) + windowMs;

/** Behind the newest row and, on wall time, behind now. */
function nextFreeMs({ model, watermarkMs, nowMs, fileEndMs }: ActivationInput): number {
  const newestMs = watermarkMs === null ? null : watermarkMs + model.latenessMs;
  if (model.clock === "wall") return behind(Math.max(newestMs ?? nowMs, nowMs), model);
  return behind(newestMs ?? fileEndMs ?? nowMs, model);
}
