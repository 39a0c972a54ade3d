/** The first screen: what was compared, the answer, what it stands on, and every feature in one table. */
import type { Comparison, ComparisonFeature } from "../../domain/comparison.ts";
import { formatCount, formatNumber, formatP, formatPercent } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { byLoudness, strength } from "../loudness.ts";
import { badge, figures } from "./badge.ts";

export const anchor = (feature: string): string => `feature-${encodeURIComponent(feature)}`;

export function overview({ inputs, rows, verdict, nulls, options }: Comparison): Markup {
  const quiet = verdict.compared - verdict.drifted - verdict.warned;
  return html`<header>
      <h1>${inputs.current.name} against ${inputs.reference.name}</h1>
      <p class="muted">${formatCount(rows.current)} rows compared with ${formatCount(rows.reference)}.</p>
    </header>
    <section>
      <p class="lead">${badge(verdict.status)} ${verdict.reason}</p>
      ${figures([
        ["Features compared", formatCount(verdict.compared)],
        ["Drift", formatCount(verdict.drifted)],
        ["Warning", formatCount(verdict.warned)],
        ["Neither", formatCount(quiet - verdict.errors)],
        ...(verdict.errors > 0 ? [["Could not be evaluated", formatCount(verdict.errors)] as const] : []),
        ["Tests in the family", formatCount(verdict.family.size)],
        ["Level for drift", formatNumber(verdict.family.level.drift)],
        ["Correction", options.correction],
      ])}
      <p class="small muted">${nulls.sentence}</p>
    </section>`;
}

export function notices({ notices: all }: Comparison): Markup | null {
  if (all.length === 0) return null;
  return html`<section class="long">
    <h2>How the files were read</h2>
    <ul class="small">
      ${all.map(({ column, message }) => html`<li>${column === null ? "" : html`<b>${column}</b>: `}${message}</li>`)}
    </ul>
  </section>`;
}

export function featureTable(features: readonly ComparisonFeature[]): Markup {
  return html`<section class="long">
    <h2>Features, loudest first</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Feature</th>
            <th>Verdict</th>
            <th>What changed</th>
            <th>Effect against its gate</th>
            <th class="number">Adjusted p</th>
            <th class="number">Missing</th>
          </tr>
        </thead>
        <tbody>
          ${byLoudness(features).map(row)}
        </tbody>
      </table>
    </div>
    <p class="small muted">
      The mark in the middle of a bar is the gate for drift. A verdict needs both: an adjusted p below its
      level, and an effect above its gate.
    </p>
  </section>`;
}

function row(feature: ComparisonFeature): Markup {
  const { verdict, missing } = feature;
  const full = Math.min(100, 50 * strength(feature)).toFixed(0);
  return html`<tr>
    <td class="name">
      <a href="#${anchor(feature.name)}">${feature.name}</a>
      <div class="small muted">${feature.type}${feature.role === "feature" ? "" : ` · ${feature.role}`}</div>
    </td>
    <td>${badge(verdict.status)}</td>
    <td class="small">${feature.change}</td>
    <td>
      <span class="track" aria-hidden="true" style="display:block"
        ><b class="${verdict.status}" style="width:${full}%"></b><i></i
      ></span>
      <span class="small"
        >${formatNumber(verdict.effect)} <span class="muted">${verdict.effectName}</span></span
      >
    </td>
    <td class="number">${formatP(verdict.adjustedP)}</td>
    <td class="number">
      ${formatPercent(missing.current)}
      <div class="small muted">was ${formatPercent(missing.reference)}</div>
    </td>
  </tr>`;
}
