/** The quantile sketch that needs no reference: filled, and two of them added. */
import { lognormals } from "../data.ts";
import { twin } from "#core/twin/twin.ts";
import type { Row } from "../row.ts";

/** 32 cells to the octave: a relative error of 1/64 at most, and so DDSketch is told. */
const precision = 5;
const relativeAccuracy = 1 / 64;
/** Above 1, as whole thousandths for the histogram that takes only whole numbers. */
const latencies = (size: number, seed: number): Float64Array => lognormals(size, seed).map((x) => 1 + x);
const mostThousandths = 2 ** 31;

async function hdr(): Promise<typeof import("hdr-histogram-js")> {
  const loaded = (await import("hdr-histogram-js")) as unknown as {
    default?: typeof import("hdr-histogram-js");
  };
  const library = loaded.default ?? (loaded as unknown as typeof import("hdr-histogram-js"));
  library.initWebAssemblySync();
  return library;
}

export const sketchUpdate: Row = {
  name: "sketch-update",
  title: "sketch of 32 cells to the octave",
  unit: "value",
  sizes: [{ values: 1_000_000 }, { label: "16k", values: 16_384 }],
  engines: true,
  c: [{ name: "C", task: "sketch-update" }],
  task(size) {
    const values = latencies(size, 7);
    return {
      values: size,
      inputs: { "values.f64": values },
      kernel: (kernel) => kernel.sketchUpdate(values, precision).counts,
      resident: [values],
      async peers() {
        const { build } = await hdr();
        const { DDSketch } = await import("@datadog/sketches-js");
        const thousandths = values.map((value) => Math.round(value * 1000));
        const histogram = build({
          useWebAssembly: true,
          bitBucketSize: 32,
          highestTrackableValue: mostThousandths,
          numberOfSignificantValueDigits: 2,
        });
        return [
          {
            name: "HDR histogram, Wasm",
            package: "hdr-histogram-js",
            sameAnswer: false,
            run() {
              histogram.reset();
              for (let i = 0; i < thousandths.length; i++) histogram.recordValue(thousandths[i]);
              return histogram.totalCount;
            },
          },
          {
            name: "DDSketch",
            package: "@datadog/sketches-js",
            sameAnswer: false,
            run() {
              const sketch = new DDSketch({ relativeAccuracy });
              for (let i = 0; i < values.length; i++) sketch.accept(values[i]);
              return sketch.count;
            },
          },
        ];
      },
    };
  },
};

export const sketchMerge: Row = {
  name: "sketch-merge",
  title: "the sum of two sketches of 10⁶ values",
  unit: "merge",
  sizes: [{ values: 1_000_000 }],
  c: [{ name: "C", task: "sketch-merge" }],
  task(size) {
    const [first, second] = [latencies(size, 8), latencies(size, 9)];
    const [a, b] = [twin.sketchUpdate(first, precision), twin.sketchUpdate(second, precision)];
    return {
      values: 1,
      inputs: {
        "keys.f64": a.keys,
        "counts.f64": a.counts,
        "other-keys.f64": b.keys,
        "other-counts.f64": b.counts,
      },
      kernel: (kernel) => kernel.sketchMerge(a, b).counts,
      async peers() {
        const { DDSketch } = await import("@datadog/sketches-js");
        const { build } = await hdr();
        const fill = (values: Float64Array): InstanceType<typeof DDSketch> => {
          const sketch = new DDSketch({ relativeAccuracy });
          for (const value of values) sketch.accept(value);
          return sketch;
        };
        const recorded = (values: Float64Array): ReturnType<typeof build> => {
          const histogram = build({
            useWebAssembly: true,
            bitBucketSize: 64,
            highestTrackableValue: mostThousandths,
            numberOfSignificantValueDigits: 2,
          });
          for (const value of values) histogram.recordValue(Math.round(value * 1000));
          return histogram;
        };
        const [into, from] = [fill(first), fill(second)];
        const [sum, part] = [recorded(first), recorded(second)];
        // Both add into one of the two: counts grow from run to run, the work does not.
        return [
          {
            name: "DDSketch",
            package: "@datadog/sketches-js",
            sameAnswer: false,
            run() {
              into.merge(from);
              return into.count;
            },
          },
          {
            name: "HDR histogram, Wasm",
            package: "hdr-histogram-js",
            sameAnswer: false,
            run() {
              sum.add(part);
              return sum.totalCount;
            },
          },
        ];
      },
    };
  },
};
