/** Monitors that a model cannot keep are refused with the reason, before anything is counted for them. */
import { revisableMs } from "./event-time.ts";
import { limits, MINUTE_MS } from "./limits.ts";
import type { ModelConfig } from "./model.ts";
import { type Monitor, performanceMonitor } from "./monitor.ts";
import { alignmentMs, reachMs } from "./monitor-windows.ts";

/** What is wrong with a model's monitors, in sentences; none where all can be kept. */
export function monitorProblems(
  model: Pick<ModelConfig, "segments" | "basePaneMs" | "windowMs" | "retention">,
  monitors: readonly Monitor[],
): string[] {
  const { segments, basePaneMs } = model;
  const problems: string[] = [];
  if (new Set(monitors.map(({ id }) => id)).size < monitors.length)
    problems.push("Two monitors have the same id.");
  for (const { id, window: rule, against, segment } of monitors) {
    if (id === performanceMonitor)
      problems.push(`"${performanceMonitor}" is what the checks of performance are called.`);
    if (segment !== undefined && !segments.some(({ name }) => name === segment))
      problems.push(`The monitor "${id}" names the segment "${segment}", which the model does not declare.`);
    const lengths = [...Object.entries(rule), ...Object.entries(against)].filter(([name]) =>
      name.endsWith("Ms"),
    );
    for (const [name, value] of lengths)
      if (Number(value) % basePaneMs !== 0)
        problems.push(
          `${name} of the monitor "${id}" must be a multiple of the model's panes of ${basePaneMs} ms.`,
        );
    if (rule.kind === "sliding" && rule.sizeMs > limits.overlappingWindows * rule.stepMs)
      problems.push(
        `Windows of the monitor "${id}" overlap more than ${limits.overlappingWindows} times: make stepMs longer.`,
      );
    if (rule.kind === "calendar" && !isTimeZone(rule.timeZone)) {
      problems.push(`"${rule.timeZone}" is not a time zone of the IANA database.`);
      continue;
    }
    if (reachMs(rule, against, model) > revisableMs(model, alignmentMs(rule, model)))
      problems.push(
        `What the monitor "${id}" looks at is older than the panes it needs: let it step in whole hours or days, look less far back, or have the model's retention longer.`,
      );
    if (rule.kind !== "calendar") continue;
    // Offsets from UTC are whole quarters of an hour.
    if (basePaneMs > 15 * MINUTE_MS)
      problems.push(
        `Calendar windows ("${id}") need panes of at most 15 minutes; the model's are ${basePaneMs} ms.`,
      );
  }
  return problems;
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}
