/**
 * The rules on real rows: three million flights of 2001, day by day. January's days are judged by the other days of
 * January (quiet, but for the weather); then the months after it by January, where things do change. Nobody knows which
 * of the latter alarms are true; a rule that alarms daily in January is of no use in April.
 */
import type { Column, Columns } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { createFolder } from "#core/domain/window.ts";
import { minuteToMs, MINUTES_PER_DAY, referenceMinutes } from "../../examples/flights/calendar.ts";
import { buildFeatures, featureSpecs, MISSING, weekdays } from "../../examples/flights/features.ts";
import { loadFlights } from "../../examples/flights/flights.ts";
import { type PeerRule, peerRules } from "./peer-rules.ts";
import type { Sample } from "./peer-statistics.ts";
import { kernel, referenceFrom } from "./product.ts";
import { count, newTally, nextReference, type Subject, type Tally } from "./tally.ts";
import type { Task } from "./tasks.ts";
import { checkOf, startMs } from "./verdicts.ts";

const january = referenceMinutes / MINUTES_PER_DAY;
const features = featureSpecs.map(({ name, type }) => ({ name, type, role: "feature" as const }));

/** One day: its rows as columns, and each feature as other monitors see it. */
interface Day {
  columns: Columns;
  samples: Sample[];
  month: string;
}

export const flightTasks = (): Task[] => [{ kind: "flights", name: "flights of 2001", part: null }];

export async function runFlights(): Promise<Tally[]> {
  const days = await loadDays();
  const first = days.slice(0, january);
  const tallies = new Map<string, Tally>();
  for (const [index, day] of first.entries())
    await judge(
      tallies,
      first.filter((other) => other !== day),
      [day],
      "January, each day by the others",
      index,
    );
  for (const month of new Set(days.slice(january).map((day) => day.month))) {
    const later = days.slice(january).filter((day) => day.month === month);
    await judge(
      tallies,
      first,
      later,
      `${month === "January" ? "its last days" : month}, by January`,
      days.indexOf(later[0]),
    );
  }
  return [...tallies.values()];
}

async function judge(
  tallies: Map<string, Tally>,
  known: Day[],
  judged: Day[],
  data: string,
  firstDay: number,
): Promise<void> {
  const rules = featureSpecs.map((_, index) => peerAlarms(known, index));
  const reference = await referenceFrom(features, joined(known.map(({ columns }) => columns)), 1);
  const folder = createFolder(kernel, reference);
  const meanRows = Math.round(judged.reduce((sum, { columns }) => sum + columns.rows, 0) / judged.length);
  const subject = {
    kind: "flights" as const,
    data,
    n: reference.rows,
    m: meanRows,
    features: features.length,
  };
  judged.forEach(({ columns, samples }, index) => {
    const mark = (who: Pick<Subject, "method" | "peer">, alarms: boolean[], alpha: number | null): void => {
      const key = JSON.stringify([who, data]);
      let tally = tallies.get(key);
      if (tally === undefined) tallies.set(key, (tally = newTally({ ...subject, ...who }, [alpha])));
      nextReference(tally);
      for (const alarm of alarms) count(tally, [alarm]);
    };
    const check = checkOf(reference, folder.fold(columns), columns.rows, "flights", firstDay + index);
    const isLoud = (status: string): boolean => status === "warning" || status === "drift";
    // Later months have changes of their own: no rate is promised for them.
    const { drift, warning } = data.startsWith("January, each")
      ? check.family.level
      : { drift: null, warning: null };
    mark({ method: "days with a drift" }, [check.status === "drift"], drift);
    mark({ method: "days with a warning or drift" }, [isLoud(check.status)], warning);
    mark({ method: "features with a warning or drift" }, check.features.map(({ verdict }) => isLoud(verdict.status)), null); // prettier-ignore
    for (const peer of ["Evidently", "NannyML"] as const) {
      const alarms = samples.map((sample, feature) => rules[feature][peer](sample));
      mark({ peer, method: "days with a drifted feature" }, [alarms.some(Boolean)], null);
      mark({ peer, method: "features drifted" }, alarms, null);
      if (peer === "Evidently")
        mark({ peer, method: "days with half the features drifted" }, [alarms.filter(Boolean).length >= alarms.length / 2], null); // prettier-ignore
    }
  });
}

/** What each tool would use by default for this feature, prepared with the days that are known. */
function peerAlarms(
  known: Day[],
  feature: number,
): Record<"Evidently" | "NannyML", (window: Sample) => boolean> {
  const chunks = known.map(({ samples }) => samples[feature]);
  const reference = joinedSample(chunks);
  const numeric = featureSpecs[feature].type === "numeric";
  const rule = (peer: PeerRule["peer"], method: string): ((window: Sample) => boolean) => {
    const found = peerRules.find((one) => one.peer === peer && one.method.startsWith(method));
    if (found === undefined) throw new RangeError(`no rule ${method} of ${peer}`);
    return found.prepare(kernel, reference, chunks);
  };
  return { Evidently: rule("Evidently", numeric ? "Wasserstein" : "JS"), NannyML: rule("NannyML", "JS") };
}

function joinedSample(parts: Sample[]): Sample {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const counts = parts[0].counts && parts[0].counts.map((_, i) => parts.reduce((sum, part) => sum + (part.counts?.[i] ?? 0), 0)); // prettier-ignore
  if (counts) return { rows, sorted: null, counts };
  const sorted = new Float64Array(rows);
  parts.reduce((at, { sorted: own, rows: length }) => (sorted.set(own ?? [], at), at + length), 0);
  return { rows, sorted: sorted.sort(), counts: null };
}

async function loadDays(): Promise<Day[]> {
  const flights = await loadFlights();
  const built = buildFeatures(flights);
  const days: Day[] = [];
  for (let from = 0; from < flights.rows;) {
    const day = Math.floor(flights.minute[from] / MINUTES_PER_DAY);
    let to = from;
    while (to < flights.rows && Math.floor(flights.minute[to] / MINUTES_PER_DAY) === day) to++;
    const columns = featureSpecs.map(({ name, type, scale }): [string, Column] => {
      const own = built[name].subarray(from, to);
      if (type === "categorical")
        return [
          name,
          {
            kind: "categorical",
            codes: Int32Array.from(own, (code) => (code === MISSING ? -1 : code)),
            dictionary: name === "weekday" ? weekdays : flights.codes,
          },
        ];
      const values = Float64Array.from(own, (value) => (value === MISSING ? NaN : value / scale));
      return [name, { kind: "numeric", values }];
    });
    // Moved to the Monday that checks count their days from: the 1st of January 2001 was one too.
    const timesMs = Float64Array.from(
      flights.minute.subarray(from, to),
      (minute) => startMs + minuteToMs(minute) - minuteToMs(0),
    );
    days.push({
      columns: { rows: to - from, timesMs, columns: new Map(columns) },
      samples: columns.map(([, column]) => presentSample(column)),
      month: new Date(minuteToMs(0) + day * DAY_MS).toLocaleString("en", { month: "long", timeZone: "UTC" }),
    });
    from = to;
  }
  return days;
}

/** Other monitors leave missing values out. */
function presentSample(column: Column): Sample {
  if (column.kind === "numeric") {
    const sorted = kernel.sortFinite(column.values);
    return { rows: sorted.length, sorted, counts: null };
  }
  const counts = new Float64Array(column.dictionary.length);
  for (const code of column.codes) if (code >= 0) counts[code]++;
  return { rows: counts.reduce((sum, number) => sum + number, 0), sorted: null, counts };
}

function joined(parts: Columns[]): Columns {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const fill = <T extends Float64Array | Int32Array>(into: T, of: (part: Columns) => T): T => {
    parts.reduce((at, part) => (into.set(of(part), at), at + part.rows), 0);
    return into;
  };
  const columns = features.map(({ name }): [string, Column] => {
    const [first] = parts.map((part) => part.columns.get(name));
    if (first?.kind === "categorical")
      return [name, { ...first, codes: fill(new Int32Array(rows), (part) => (part.columns.get(name) as typeof first).codes) }]; // prettier-ignore
    const values = fill(new Float64Array(rows), (part) => {
      const column = part.columns.get(name);
      return column?.kind === "numeric" ? column.values : new Float64Array(part.rows);
    });
    return [name, { kind: "numeric", values }];
  });
  return { rows, timesMs: fill(new Float64Array(rows), (part) => part.timesMs ?? new Float64Array(part.rows)), columns: new Map(columns) }; // prettier-ignore
}
