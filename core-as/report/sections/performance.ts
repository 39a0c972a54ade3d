/** How well the model does on both sides: realised where there are labels, estimated where there are scores only. */
import type { Comparison, ComparisonPerformance } from "../../domain/comparison.ts";
import { formatCount, formatNumber } from "../format.ts";
import { html, type Markup } from "../html.ts";

type Metrics = NonNullable<ComparisonPerformance["estimated"]>["metrics"];

export function performanceSection({ performance }: Comparison): Markup | null {
  if (performance === null) return null;
  const { realised, estimated, changed, assumptions } = performance;
  const sides = [
    ["Reference, realised", realised.reference],
    ["Current, realised", realised.current],
    ["Current, estimated", estimated],
  ] as const;
  const shown = sides.flatMap(([label, side]) => (side === null ? [] : [{ label, ...side }]));
  const names = [...new Set(shown.flatMap(({ metrics }) => Object.keys(metrics)))];
  const verdictOf = (metric: string): string => {
    const found = changed.find((one) => one.metric === metric);
    return found === undefined ? "" : found.better ? "better" : "worse";
  };
  return html`<section class="long">
    <h2>Performance</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Metric</th>
            ${shown.map(({ label, rows }) => html`<th class="number">${label}<br />${formatCount(rows)} rows</th>`)}
            <th>Change</th>
          </tr>
        </thead>
        <tbody>
          ${names.map(
            (name) =>
              html`<tr>
                <td>${name}</td>
                ${shown.map(({ metrics }) => html`<td class="number">${metric(metrics[name])}</td>`)}
                <td>${verdictOf(name)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <ul class="small muted">
      ${assumptions.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
  </section>`;
}

function metric(found: Metrics[string] | undefined): Markup | string {
  if (!found) return "–";
  const { value, low, high } = found;
  const interval =
    low === null || high === null
      ? null
      : html`<div class="small muted">${formatNumber(low)} – ${formatNumber(high)}</div>`;
  return html`${formatNumber(value, 4)}${interval}`;
}
