/** The same comparison by segment and by period, and by another tool's rules. */
import type { Comparison, ComparisonPeriod } from "../../domain/comparison.ts";
import { formatCount, formatDay, formatNumber, formatSpan, statusShapes, statusWords } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { badge } from "./badge.ts";
import { byLoudness } from "../loudness.ts";

export function segmentSection({ segments }: Comparison): Markup | null {
  if (segments === null) return null;
  return html`<section class="long">
    <h2>By ${segments.column}</h2>
    <p class="small muted">${segments.sentence}</p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Segment</th>
            <th>Verdict</th>
            <th class="number">Rows</th>
            <th>Why</th>
            <th>Loudest features</th>
          </tr>
        </thead>
        <tbody>
          ${segments.values.map(
            ({ value, rows, verdict, features }) =>
              html`<tr>
                <td class="name">${value}</td>
                <td>${badge(verdict.status)}</td>
                <td class="number">
                  ${formatCount(rows.current)}
                  <div class="small muted">was ${formatCount(rows.reference)}</div>
                </td>
                <td class="small">${verdict.reason}</td>
                <td class="small">
                  ${
                    byLoudness(features)
                      .filter(
                        (feature) =>
                          feature.verdict.status === "drift" || feature.verdict.status === "warning",
                      )
                      .slice(0, 3)
                      .map(({ name }) => name)
                      .join(", ") || "–"
                  }
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      segments.omitted.length === 0
        ? null
        : html`<p class="small muted">
            Not compared:
            ${segments.omitted.map(({ value, reason }, i) => `${i > 0 ? "; " : ""}${value} (${reason})`)}.
          </p>`
    }
  </section>`;
}

export function seriesSection({ series, features }: Comparison): Markup | null {
  if (series === null || series.periods.length === 0) return null;
  const { periods } = series;
  return html`<section class="long">
    <h2>By ${series.by}</h2>
    <p class="small muted">${series.sentence}</p>
    <div class="scroll">
      <table class="periods">
        <thead>
          <tr>
            <th>Feature</th>
            ${periods.map(({ startMs, endMs }) => html`<th title="${formatSpan(startMs, endMs)}">${formatDay(startMs)}</th>`)}
          </tr>
        </thead>
        <tbody>
          <tr>
            <td class="name">all</td>
            ${periods.map(({ verdict, rows }) => periodCell(verdict.status, `${formatCount(rows)} rows: ${verdict.reason}`))}
          </tr>
          ${byLoudness(features).map(
            ({ name }) =>
              html`<tr>
                <td class="name">${name}</td>
                ${periods.map((period) => featurePeriod(period, name))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function featurePeriod({ features }: ComparisonPeriod, name: string): Markup {
  const found = features.find((feature) => feature.name === name);
  return found ? periodCell(found.verdict.status, found.verdict.reason) : html`<td>–</td>`;
}

const periodCell = (status: ComparisonPeriod["verdict"]["status"], words: string): Markup =>
  html`<td title="${words}">
    <span class="s ${status}" role="img" aria-label="${statusWords[status]}">${statusShapes[status]}</span>
  </td>`;

export function compatSection({ compat }: Comparison): Markup | null {
  if (compat === null) return null;
  const named = compat.tool === "evidently" ? "Evidently" : "NannyML";
  const answer = (drifted: boolean | null): string =>
    drifted === null ? "–" : drifted ? "drifted" : "not drifted";
  return html`<section class="long">
    <h2>By ${named}'s rules</h2>
    <p class="small muted">${compat.note}</p>
    <p>The data set: <b>${answer(compat.drifted)}</b>.</p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Column</th>
            <th>Method</th>
            <th class="number">Score</th>
            <th class="number">Threshold</th>
            <th>Their answer</th>
            <th class="number">Chunks that alarm</th>
          </tr>
        </thead>
        <tbody>
          ${compat.columns.map(
            ({ column, method, score, threshold, drifted, alarms }) =>
              html`<tr>
                <td class="name">${column}</td>
                <td class="mono">${method ?? "–"}</td>
                <td class="number">${formatNumber(score, 4)}</td>
                <td class="number">${formatNumber(threshold)}</td>
                <td>${answer(drifted)}</td>
                <td class="number">${alarms === null ? "–" : `${alarms.alarmed} of ${alarms.chunks}`}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
