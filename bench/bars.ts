/** What the kernels are asked to reach, as data: at most so many times C's time, at least so many times as fast as a peer. */
export interface Bar {
  /** The contender's name, as the row gives it. */
  rival: string;
  /** Our time over the rival's may be this at most. */
  atMost?: number;
  /** The rival's time over ours must be this at least. */
  atLeast?: number;
  /** Milliseconds that a single run may take, where a rival would mean nothing. */
  atMostMs?: number;
}

export const bars: Record<string, Bar[]> = {
  "equal-width-f64-64": [
    { rival: "C", atMost: 1.3 },
    { rival: "NumPy histogram", atLeast: 6 },
    { rival: "typed-array loop", atLeast: 2 },
  ],
  "quantile-edges-64": [
    { rival: "C", atMost: 1.15 },
    { rival: "NumPy searchsorted", atLeast: 30 },
    { rival: "JS binary search", atLeast: 35 },
    { rival: "d3.bin", atLeast: 50 },
  ],
  "quantile-edges-10": [{ rival: "C", atMost: 1.15 }],
  "quantile-edges-120": [
    { rival: "C", atMost: 1.15 },
    { rival: "NumPy searchsorted", atLeast: 30 },
    { rival: "JS binary search", atLeast: 35 },
    { rival: "d3.bin", atLeast: 50 },
  ],
  "quantile-edges-256": [
    { rival: "C", atMost: 1.15 },
    { rival: "NumPy searchsorted", atLeast: 30 },
    { rival: "JS binary search", atLeast: 35 },
    { rival: "d3.bin", atLeast: 50 },
  ],
  "ks-exact-1e6": [
    { rival: "C", atMost: 1.25 },
    { rival: "SciPy ks_2samp", atLeast: 100 },
    { rival: "JS sort and merge", atLeast: 40 },
  ],
  "ks-exact-5e3": [{ rival: "SciPy ks_2samp", atLeast: 20 }],
  "radix-sort-f64": [
    { rival: "C", atMost: 1.3 },
    { rival: "NumPy sort", atLeast: 7 },
    { rival: "Float64Array.sort", atLeast: 10 },
  ],
  "sketch-update": [
    { rival: "C", atMost: 1.1 },
    { rival: "HDR histogram, Wasm", atLeast: 15 },
    { rival: "DDSketch", atLeast: 20 },
  ],
  "psi-32": [
    { rival: "C libm", atMost: 0.6 },
    { rival: "JS loop", atLeast: 2.5 },
  ],
  "check-1000x32x8": [{ rival: "SciPy, all features at once", atLeast: 10 }],
  "profile-fused": [
    { rival: "C", atMost: 1.8 },
    { rival: "NumPy nan-functions", atLeast: 3 },
  ],
  "json-rows": [{ rival: "JSON.parse into columns", atLeast: 3 }],
  "binary-columns": [{ rival: "JSON.parse and a JS histogram", atLeast: 50 }],
  "arrow-columns": [{ rival: "JSON.parse and a JS histogram", atLeast: 50 }],
  "cold-start": [{ rival: "kernel", atMostMs: 1 }],
};

export type Verdict = Bar & {
  /** What it came to: a ratio as the bar counts it, or milliseconds. Null where the rival was not there. */
  value: number | null;
  met: boolean | null;
  /** The same for a call whose inputs lie in the kernel's memory already, where that was timed. */
  inPlace?: { value: number; met: boolean };
};

/** `times`: nanoseconds of a run by contender. */
export function judge(bar: Bar, ours: number, times: ReadonlyMap<string, number>, inPlace?: number): Verdict {
  const rival = times.get(bar.rival);
  if (rival === undefined && bar.atMostMs === undefined) return { ...bar, value: null, met: null };
  const verdict = { ...bar, ...measured(bar, ours, rival ?? NaN) };
  return inPlace === undefined ? verdict : { ...verdict, inPlace: measured(bar, inPlace, rival ?? NaN) };
}

function measured(bar: Bar, ours: number, rival: number): { value: number; met: boolean } {
  if (bar.atMostMs !== undefined) return { value: ours / 1e6, met: ours / 1e6 <= bar.atMostMs };
  if (bar.atMost !== undefined) return { value: ours / rival, met: ours / rival <= bar.atMost };
  return { value: rival / ours, met: rival / ours >= (bar.atLeast ?? 0) };
}
