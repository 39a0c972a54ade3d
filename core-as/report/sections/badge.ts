import type { Status } from "../../domain/check.ts";
import { statusShapes, statusWords } from "../format.ts";
import { html, type Markup } from "../html.ts";

/** A status by shape, word and colour: colour is never the only sign. */
export const badge = (status: Status): Markup =>
  html`<span class="badge ${status}"
    ><span aria-hidden="true">${statusShapes[status]}</span> ${statusWords[status]}</span
  >`;

/** Labelled numbers in a row. */
export const figures = (pairs: readonly (readonly [label: string, value: string | Markup])[]): Markup =>
  html`<dl class="figures">
    ${pairs.map(
      ([label, value]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
