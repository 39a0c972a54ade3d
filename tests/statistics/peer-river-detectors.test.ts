/**
 * What River's documentation and River's own tests print for its detectors: the same streams, the same alarms. KSWIN is
 * not here: its draws come from Python's generator.
 */
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { createAdwin, riverAdwin } from "#core/methods/sequential/adwin.ts";
import { createDdm, riverDdm } from "#core/methods/sequential/ddm.ts";
import { createEddm, riverEddm } from "#core/methods/sequential/eddm.ts";
import { createHddmA, riverHddmA } from "#core/methods/sequential/hddm-a.ts";
import { createHddmW, riverHddmW } from "#core/methods/sequential/hddm-w.ts";
import { createPageHinkley, riverPageHinkley } from "#core/methods/sequential/page-hinkley.ts";
import { type StreamState, updateStream } from "#core/methods/sequential/stream-detectors.ts";
import { kernels } from "./comparison.ts";
import { present, readPeer } from "./reference-data.ts";

interface Seen {
  drift: number[];
  /** The first warning of the stream, and the first after each drift. */
  firstWarnings: number[];
}

function watch(kernel: Kernel, state: StreamState, values: readonly number[]): Seen {
  const seen: Seen = { drift: [], firstWarnings: [] };
  let waiting = true;
  values.forEach((value, row) => {
    const { drift, warning } = updateStream(kernel, state, value);
    if (warning && waiting) seen.firstWarnings.push(row);
    if (warning) waiting = false;
    if (drift) seen.drift.push(row);
    if (drift) waiting = true;
  });
  return seen;
}

interface Published {
  id: string;
  stream: number[];
  drift: number[];
  first_warning_before_each_drift?: number[];
}

const published = present ? readPeer<{ cases: Published[] }>("river_doc_examples").cases : [];

/**
 * The streams of River's tests, as bits after a leading 1. NumPy's `random.seed(12345)`, then 1,000 times binomial(1, 0.2)
 * and 1,000 times binomial(1, 0.8); and 500 times each normal(0, 0.1) > 0, normal(0.25, 0.1) > 0, and both again.
 */
const oneStep =
  "18210e02182a004300a01800d601090840040421c022ce200009020000001050c000606100080588800290001000221024480800e0b402010840010808251d0002838a2981020052400202260008017100140d1003840070220aa001460004420218033002004020817148021c240017080420093c1d001401308038860c7ab733eb73decb7d7bfeff9fdfef7ff5efebffe678df7fcf9f7e6ffeffff7b9df7f7fbcfffbdffe7efe4ff677eecde4fdaedeb33fff6f1ffcfbceffffff7edfef96ffdfbef6fe6f5fdfdeff97fffdfff7dfedffbffb55fffefdffff4f6fdfef25f7bf7fd3fc2fdffffefffddff1efff7cbffdb2d5fbfdf9ab7d7feddd";
const upDownUp =
  "14fef267c1506f66b81e1bd77b0358a320f968d2615e821c0f3a03564f4472aa21516602956d8e36b6624b9e0f1e48e58e755ef3041f34f73494a5e51d996ffffffbffffffffffffffffffffffffffffffffffdfffffffffffffffffffffffffffffffffffffffffffffff7ffffffffffffffffffffffffffffffffffff46e6c3b23408512d7125506e049efe6ee7024985a82043544fc08af401092ef5fe265991fafb08502b4ba1e3550cba48c259dd113f6dd9d01cba4c2be10d7fffffffefffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffdfffffffffffffffffffffffffffffffffffffffffffffffffffffd";
const bitsOf = (hex: string): number[] =>
  [...BigInt(`0x${hex}`).toString(2)].slice(1).map((bit) => Number(bit));

describe.each(kernels)("River's printed results, by the $name kernel", (kernel) => {
  it("are those of its documentation", () => {
    for (const { id, stream, drift, first_warning_before_each_drift: warnings } of published) {
      if (id === "adwin_doc")
        expect(watch(kernel, createAdwin(kernel, riverAdwin), stream).drift).toEqual(drift);
      else if (id === "ph_doc")
        expect(watch(kernel, createPageHinkley(kernel, riverPageHinkley), stream).drift).toEqual(drift);
      else if (id === "ddm_doc")
        expect(watch(kernel, createDdm(kernel, riverDdm), stream)).toEqual({
          drift,
          firstWarnings: warnings,
        });
      else throw new Error(`${id} is not compared`);
    }
    console.log(present ? `reference data: present, ${published.length} examples` : "reference data: absent");
  });

  // The documentation of HDDM-A, HDDM-W and EDDM shows the same stream as that of DDM.
  it.runIf(present)("are those of its documentation for the other error detectors", () => {
    const { stream } = published.find(({ id }) => id === "ddm_doc") ?? { stream: [] };
    expect(watch(kernel, createHddmA(kernel, riverHddmA), stream)).toEqual({
      ...{ drift: [1206], firstWarnings: [451] },
    });
    expect(watch(kernel, createHddmW(kernel, riverHddmW), stream)).toEqual({
      ...{ drift: [1077], firstWarnings: [451] },
    });
    const eddm = createEddm(kernel, { ...riverEddm, warningBelow: 0.8, driftBelow: 0.75 });
    expect(watch(kernel, eddm, stream)).toEqual({ drift: [1278], firstWarnings: [1059] });
  });

  it("are those of its tests", () => {
    const [step, steps] = [bitsOf(oneStep), bitsOf(upDownUp)];
    expect([step.length, steps.length]).toEqual([2000, 2000]);
    expect(watch(kernel, createDdm(kernel, riverDdm), step).drift).toEqual([1049]);
    expect(watch(kernel, createHddmA(kernel, riverHddmA), step).drift).toEqual([1047]);
    expect(watch(kernel, createHddmW(kernel, riverHddmW), step).drift).toEqual([1018]);
    const bothA = createHddmA(kernel, { ...riverHddmA, sides: "both" });
    expect(watch(kernel, bothA, steps).drift).toEqual([531, 1015, 1545]);
    // River's test, of an earlier release, lists 507 and 1508 only: it did not see the step down between them.
    const bothW = createHddmW(kernel, { ...riverHddmW, sides: "both" });
    expect(watch(kernel, bothW, steps).drift).toEqual([507, 1032, 1508]);
  });
});
