/** One feature in full: the sentence, the pictures, the cells that changed most, the tests and the scores. */
import type { ColumnSummary, ComparisonFeature } from "../../domain/comparison.ts";
import type { ReferenceFeature } from "../../domain/reference.ts";
import { type CellRow, cellRows } from "../cell-rows.ts";
import { formatCount, formatNumber, formatP, formatPercent } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { markWords } from "../marks.ts";
import { barPicture, cumulativePicture, densityPicture } from "../pictures.ts";
import { badge, figures } from "./badge.ts";
import { anchor } from "./overview.ts";

const cellsShown = 10;

/** `counts`: the feature's cells and its four extra slots, from the current rows. */
export function featureSection(
  feature: ComparisonFeature,
  reference: ReferenceFeature | undefined,
  counts: readonly number[],
): Markup {
  const { name, verdict, type } = feature;
  const rows = reference ? cellRows(reference, counts) : [];
  const open = verdict.status === "drift" || verdict.status === "warning" || verdict.status === "error";
  return html`<details class="feature" id="${anchor(name)}" ${open ? html` open` : ""}>
    <summary>
      <h2>${name}</h2>
      ${badge(verdict.status)}<span class="small muted">${type} · ${feature.change}</span>
    </summary>
    <p class="lead">${verdict.reason}</p>
    ${figures([
      [
        "Effect",
        html`${formatNumber(verdict.effect)} <span class="muted small">${verdict.effectName}</span>`,
      ],
      [
        "Gates, warning / drift",
        `${formatNumber(verdict.gate.warning)} / ${formatNumber(verdict.gate.drift)}`,
      ],
      ["Adjusted p", formatP(verdict.adjustedP)],
      ["Rows judged", `${formatCount(feature.m)} against ${formatCount(feature.n)}`],
      [
        "Smallest shift it would have shown",
        verdict.detectable ? `${formatNumber(verdict.detectable.standardDeviations, 2)} sd` : "–",
      ],
    ])}
    ${rows.length > 0 ? pictures(name, rows) : null} ${rows.length > 0 ? cellTable(rows) : null}
    ${summaryTable(feature)} ${testTable(feature)} ${scoreTable(feature)}
    ${
      verdict.marks.length === 0
        ? null
        : html`<ul class="small muted">
            ${verdict.marks.map((mark) => html`<li><code>${mark}</code> ${markWords[mark] ?? ""}</li>`)}
          </ul>`
    }
  </details>`;
}

function pictures(name: string, rows: readonly CellRow[]): Markup {
  return rows.some(({ lower }) => lower !== null)
    ? html`<div class="pictures">${densityPicture(name, rows)}${cumulativePicture(name, rows)}</div>`
    : html`<div class="pictures">${barPicture(name, rows)}</div>`;
}

function cellTable(rows: readonly CellRow[]): Markup {
  const change = (row: CellRow): number => row.current - row.reference;
  const shown = [...rows].sort((a, b) => Math.abs(change(b)) - Math.abs(change(a))).slice(0, cellsShown);
  const more =
    rows.length > shown.length ? `the ${shown.length} of ${rows.length} that changed most` : "by change";
  return html`<h3>Cells, ${more}</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Cell</th>
            <th class="number">Reference</th>
            <th class="number">Current</th>
            <th class="number">Change</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (row) =>
              html`<tr>
                <td>${row.label}</td>
                <td class="number">${formatPercent(row.reference)}</td>
                <td class="number">${formatPercent(row.current)}</td>
                <td class="number">
                  ${change(row) < 0 ? "−" : "+"}${formatNumber(Math.abs(100 * change(row)), 2)} pp
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function summaryTable({ summary }: ComparisonFeature): Markup {
  const { reference, current } = summary;
  const line = (label: string, value: (side: ColumnSummary) => string): Markup =>
    html`<tr>
      <td>${label}</td>
      <td class="number">${value(reference)}</td>
      <td class="number">${value(current)}</td>
    </tr>`;
  const number = (label: string, key: keyof NonNullable<ColumnSummary["numeric"]>): Markup | null =>
    reference.numeric || current.numeric ? line(label, (side) => formatNumber(side.numeric?.[key], 4)) : null;
  const top = (side: ColumnSummary): string =>
    side.top
      .slice(0, 3)
      .map(({ value, count }) => `${value} (${formatCount(count)})`)
      .join(", ") || "–";
  return html`<h3>Both sides</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th></th>
            <th class="number">Reference</th>
            <th class="number">Current</th>
          </tr>
        </thead>
        <tbody>
          ${line("rows", (side) => formatCount(side.rows))}${line("missing", (side) => formatCount(side.missing))}
          ${line("distinct values", (side) => (side.distinct === null ? "–" : formatCount(side.distinct)))}
          ${number("mean", "mean")}${number("standard deviation", "std")}${number("minimum", "min")}
          ${number("lower quartile", "lowerQuartile")}${number("median", "median")}${number("upper quartile", "upperQuartile")}
          ${number("maximum", "max")}
          ${reference.top.length + current.top.length > 0 ? line("most frequent", top) : null}
        </tbody>
      </table>
    </div>`;
}

function testTable({ tests }: ComparisonFeature): Markup | null {
  if (tests.length === 0) return null;
  return html`<h3>Tests</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Test</th>
            <th>Status</th>
            <th>Method</th>
            <th class="number">Statistic</th>
            <th class="number">p, sampling</th>
            <th class="number">p, chunks</th>
            <th class="number">Adjusted p</th>
            <th class="number">Effect</th>
          </tr>
        </thead>
        <tbody>
          ${tests.map(
            (test) =>
              html`<tr>
                <td>${test.kind}</td>
                <td>${badge(test.status)}</td>
                <td class="mono">${test.method}</td>
                <td class="number">${formatNumber(test.statistic)}</td>
                <td class="number">${formatP(test.pSampling)}</td>
                <td class="number">${formatP(test.pChunk)}</td>
                <td class="number">${formatP(test.adjustedP)}</td>
                <td class="number">${formatNumber(test.effect)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function scoreTable({ scores }: ComparisonFeature): Markup | null {
  const entries = Object.entries(scores);
  if (entries.length === 0) return null;
  return html`<h3>Scores</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Method</th>
            <th class="number">Statistic</th>
            <th class="number">p</th>
            <th>Computed on</th>
          </tr>
        </thead>
        <tbody>
          ${entries.map(
            ([method, { statistic, pValue, on }]) =>
              html`<tr>
                <td class="mono">${method}</td>
                <td class="number">${formatNumber(statistic, 6)}</td>
                <td class="number">${formatP(pValue)}</td>
                <td>${on === "rows" ? "rows, exactly" : "counts in cells"}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="small muted">
      Each p here stands alone: it is neither adjusted for the other features nor held against the reference's
      own variation. The verdict is.
    </p>`;
}
