/** docs/calibration.md: what was measured, in words. */
import {
  averageDifference,
  count,
  decidingTests,
  dependentTable,
  failingTable,
  flightTable,
  methodTable,
  peerTable,
  percent,
  percentileTable,
  powerTable,
  unluckyRows,
  verdictTable,
} from "./page-tables.ts";
import { allowedLoss, falseAlarms } from "./power.ts";
import { looksTable, metricDaysTable, metricTable } from "./page-performance.ts";
import { qualityTable, qualityVerdictTable } from "./page-quality.ts";
import type { Header } from "./report.ts";
import type { Row } from "./tally.ts";

/** When a part of the report was measured, where that was not with the rest. */
function addedWords({ added = [] }: Header, kind: Row["kind"]): string {
  const part = added.find(({ kinds }) => kinds.includes(kind));
  if (part === undefined) return "";
  const { version, seed, date, cores, machine, node, minutes } = part;
  return ` (version ${version}, seed \`${seed}\`, ${date}, ${cores} cores of ${machine}, Node ${node}, ${minutes} minutes)`;
}

export function pages(header: Header, rows: readonly Row[], images: string[]): string {
  const of = (kind: Row["kind"]): Row[] => rows.filter((row) => row.kind === kind);
  const image = (name: string, words: string): string =>
    images.includes(`calibration-${name}.svg`) ? `![${words}](images/calibration-${name}.svg)\n\n` : "";
  return `# Calibration: what was measured

<!-- Written by \`npm run calibrate\`; changes by hand are lost. -->

How often each rule alarms though nothing has drifted, and how often it alarms when something has. Measured with version
${header.version} (seed \`${header.seed}\`) on ${header.date} by the product's own functions, on ${header.cores} cores of
${header.machine}, Node ${header.node}, in ${header.minutes} minutes. Every row is in
[calibration.json](calibration.json); \`npm run calibrate\` measures them again and gives the same numbers.

Each row has ${count(header.references)} references and ${count(header.costliestWindowsPerReference)} to
${count(header.windowsPerReference)} windows of each. Windows that share a reference are not independent: intervals are
99.9 % Clopper–Pearson intervals of the effective number of draws (Korn and Graubard 1998). A row passes when its
interval meets half to one and a half times its nominal rate (a fifth to twice at 0.0001, where so few draws say little);
exact tests of discrete data, verdicts and dependent rows may lie lower. **${count(header.failing)} of
${count(header.rows)} rows fail**${header.failing > 0 ? "; they are marked ✗ and listed at the end" : ""}. ᵉ marks rows
most of whose rejections needed an extrapolated tail.

## Single tests

Measured rate over the nominal one at 0.05 / 0.01 / 0.001, for the test that decides by default, references of 5,000 rows:

${decidingTests(of("test"))}

Numbers without ties have the same cells whatever their distribution, so normal and lognormal rows differ by chance only.

All methods, all sizes: the share of rows that pass.

${methodTable(of("test"))}

${image("tests", "Measured over nominal rate of every test row")}## Lucky and unlucky references

A reference is a sample too, and an unlucky one differs from every window: the more rows a window has beside the reference,
the more of its difference is the reference's. The p-values above are right on average over references; the one that counts
(here for m above n/10) is meant to keep 95 of 100 references within twice the level as well. ${unluckyRows([...of("test"), ...of("careful test")])}

Measured over nominal at 0.05, for the test that decides by default: the mean, and what 95 and 99 of 100 references do not
exceed (of the beta distribution that explains how much references differ beyond the noise of their windows). So few windows
a reference overstate these percentiles at smaller levels, where chance alone looks like references that differ.

${percentileTable([...of("test"), ...of("careful test")])}

## Rows that are not independent

Days differ by a normal effect of 0.2 standard deviations with autocorrelation ρ, and a reference of so many days. Measured
over nominal at 0.05 / 0.01 / 0.001; beside it the sampling null alone, which is what a test for independent rows would
do. ρ = 0.9 and hours are published, not promised.

${dependentTable(of("dependent"))}

## Whole checks

The default budget is one false warning and a tenth of a false drift a month; for windows of a day the levels are 0.033 and
0.0033. Rates of windows by the verdict, and in brackets before the effect gates. They were measured before tests of values out
of range joined the family, which makes them rarer still.

${verdictTable(of("verdict"))}

${performancePart(header, of("performance"))}${qualityPart(header, of("quality"))}## Other monitors' rules

The same rows, the rules as the tools' defaults have them. Windows that alarm though nothing has drifted:

${peerTable(of("peer"))}

${image("rules", "False alarms by rule and rows of the window")}${image("rules-days", "False alarms where days differ")}## Power

Every rule gets the threshold at which ${percent(falseAlarms)} of windows without drift alarm; then ours may lose at most
${allowedLoss} to the best other rule, whichever that is on a row. ${count(header.losses)} rows lose more (✗); the mean difference
to the best other rule is ${averageDifference(of("power"))}.

${powerTable(of("power"))}

${image("power-location", "Power against shifts")}${image("power-scale", "Power against changes of scale")}${image("power-tails", "Power against heavier tails")}## Three million flights

Flights of 2001 by day, twelve features. Days of January are judged by the other days of January, later months by all of
January. What alarms later may be true; what alarms in January mostly is not.

${flightTable(of("flights"))}

## Rows outside their band

${failingTable(rows)}
`;
}

/** Nothing before it was measured. */
function performancePart(header: Header, rows: Row[]): string {
  if (rows.length === 0) return "";
  return `## Performance

Models that are as good as ever, judged against their reference by \`core-as/performance/judge.ts\`${addedWords(header, "performance")},
${count(rows.find(({ kind }) => kind === "performance")?.references ?? 0)} references a row.
Measured over nominal at 0.05 / 0.01 / 0.001. Like verdicts they may lie lower, and mostly do: of the window's own standard
error and the one that the reference foretells the larger counts, which is what holds the level for losses with heavy tails and
for shares near 1. A metric that rests on fewer than 20 rows of a class is not judged (–).

By the sampling null, against a reference of 5,000 rows:

${metricTable(rows)}

Where days differ (what scores are worth, or the size of errors, by a normal effect of a tenth, on each of 28 days of 500 rows), by both
nulls, and by the sampling null alone:

${metricDaysTable(rows)}

Whole checks by the default policy, levels as for windows of a day with the month's budget to themselves; windows of 500 rows, against
28 such days. Labels come all at once, or in twenty batches: then the window is looked at when half, nine tenths and all are
known, at a third of the level each. Judged with every batch at the whole level it would alarm several times too often.

${looksTable(rows)}

`;
}

/** Nothing before it was measured. */
function qualityPart(header: Header, rows: Row[]): string {
  if (rows.length === 0) return "";
  return `## The quality of data

Days of a shop whose data is as good as ever${addedWords(header, "quality")}: half the rows at weekends, hardly any at night, one
percent of growth a week, values that are missing alone and together, repeats, refusals and empty batches, all of which differ
from day to day by more than dice do; six features, a reference of 28 days, eight weeks of windows before. Every test that
\`evaluate\` makes of it, before the family; measured over nominal at 0.05 / 0.01 / 0.001. All are the larger of two p-values and may lie lower.

${qualityTable(rows)}

The same days as whole checks of the default policy, drift and quality in one family, levels as for windows of a day:

${qualityVerdictTable(rows)}

`;
}
