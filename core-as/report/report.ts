/**
 * A comparison as one HTML file that needs nothing else: charts are SVG, there is no script, and the whole comparison lies
 * in it as JSON, so that `mdt verify report.html` computes every verdict again. Pure: the same comparison gives the same
 * bytes in a browser and on the command line.
 */
import type { Comparison } from "../domain/comparison.ts";
import { extraSlots, layoutOf } from "../domain/reference-cells.ts";
import { html, type Markup, raw } from "./html.ts";
import { compatSection, segmentSection, seriesSection } from "./sections/breakdowns.ts";
import { featureSection } from "./sections/feature.ts";
import { byLoudness } from "./loudness.ts";
import { featureTable, notices, overview } from "./sections/overview.ts";
import { performanceSection } from "./sections/performance.ts";
import { style } from "./style.ts";

/** Where the JSON lies in the document. */
const embeddedId = "mdt-comparison";

export function renderReport(comparison: Comparison): string {
  const { inputs, features } = comparison;
  const title = `${inputs.current.name} against ${inputs.reference.name}`;
  const body = html`${overview(comparison)}${featureTable(features)}${performanceSection(comparison)}
    ${seriesSection(comparison)}${segmentSection(comparison)}${compatSection(comparison)}
    ${featureSections(comparison)}${notices(comparison)}
    <section>
      <h2>Check it yourself</h2>
      <p>
        This file holds the counts behind every number. <code>mdt verify FILE</code> computes the verdicts
        again from them, step by step, and says whether every bit is the same.
      </p>
    </section>`;
  // Nothing in a JSON text can end the element: "<" is written as an escape.
  const json = raw(JSON.stringify(comparison).replaceAll("<", "\\u003c"));
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
      <title>${title}</title>
      <style>
        ${raw(style)}
      </style>
    </head>
    <body>
      <main>${body}</main>
      <script type="application/json" id="${embeddedId}">
        ${json}
      </script>
    </body>
  </html>`;
  return `<!doctype html>\n${page.markup}\n`;
}

/** The comparison that a report holds, as JSON text; null where there is none. */
export function comparisonInReport(document: string): string | null {
  const opening = `id="${embeddedId}">`;
  const start = document.indexOf(opening);
  const end = document.indexOf("</script>", start);
  return start < 0 || end < 0 ? null : document.slice(start + opening.length, end);
}

function featureSections({ features, evidence }: Comparison): Markup[] {
  const layout = layoutOf(evidence.reference);
  return byLoudness(features).map((feature) => {
    const index = evidence.reference.features.findIndex(({ name }) => name === feature.name);
    if (index < 0) return featureSection(feature, undefined, []);
    const { offset, cells } = layout.features[index];
    const counts = evidence.counts.slice(offset, offset + cells + extraSlots.length);
    return featureSection(feature, evidence.reference.features[index], counts);
  });
}
