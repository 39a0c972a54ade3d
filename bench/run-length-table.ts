/** The measured run lengths as they are stored, and as a table for the documentation. */

export interface Delay {
  /** In standard deviations. */
  shift: number;
  /** Rows from the change to the first alarm after it; null for more than were waited for. */
  median: number | null;
  /** Nine in ten changes are found within so many rows. */
  ninetieth: number | null;
  /** Share of the changes that were not found. */
  missed: number;
}

export interface RunLength {
  name: string;
  kind: "default" | "comparison";
  stream: "normal" | "errors";
  settings: string;
  /** Rows without a change that were watched, and alarms in them. */
  rows: number;
  alarms: number;
  /** Rows to an alarm; null where there was none. */
  rowsPerAlarm: number | null;
  /** Lower end of its 95 % interval. */
  atLeast: number;
  /** Share of the streams with an alarm within their first 10,000 rows. */
  alarmedWithin10000: number;
  /** Changes for each shift. */
  changes: number;
  delays: Delay[];
}

export interface RunLengths {
  version: string;
  machine: { cpu: string; node: string };
  date: string;
  /** Rows of a stream without a change, and rows waited for after a change. */
  streamRows: number;
  waitedRows: number;
  detectors: RunLength[];
}

export const tableStart = "<!-- run lengths: written by npm run verify:detectors -->";
export const tableEnd = "<!-- end of run lengths -->";

export function renderRunLengths(measured: RunLengths): string {
  const shifts = measured.detectors[0].delays.map(({ shift }) => shift);
  const head = ["detector", "settings", "rows to a false alarm", "alarm in 10,000 rows"];
  const rows = [
    [...head, ...shifts.map((shift) => `${shift} sd`)],
    [...head.slice(0, 2).map(() => "---"), ...[...head.slice(2), ...shifts].map(() => "--:")],
    ...measured.detectors.map((each) => [
      each.kind === "default" ? `**${each.name}**` : each.name,
      each.settings,
      each.rowsPerAlarm === null ? `none in ${whole(each.rows)}` : whole(each.rowsPerAlarm),
      `${Math.round(100 * each.alarmedWithin10000)} %`,
      ...each.delays.map(({ median }) =>
        median === null ? `> ${whole(measured.waitedRows)}` : whole(median),
      ),
    ]),
  ];
  const { cpu, node } = measured.machine;
  const how = `MDT Edge ${measured.version}, ${measured.date}, ${cpu}, Node ${node}; seeded, so that every machine counts the same alarms.`;
  return [tableStart, "", how, "", ...rows.map((row) => `| ${row.join(" | ")} |`), "", tableEnd].join("\n");
}

/** Puts the table where the page has its markers. */
export function withTable(page: string, table: string): string {
  const [start, end] = [page.indexOf(tableStart), page.indexOf(tableEnd)];
  if (start < 0 || end < start) throw new Error("the page has no place for the table of run lengths");
  return page.slice(0, start) + table + page.slice(end + tableEnd.length);
}

const whole = (value: number): string => Math.round(value).toLocaleString("en-US");
