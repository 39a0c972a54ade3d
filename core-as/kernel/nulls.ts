/** Distributions under no drift: closed forms and seeded draws. */
import type { Arena } from "./arena.ts";
import { type Kernel, simulatedStatistics } from "./api.ts";
import { checkedNull, square } from "./guards.ts";

/** Values that assembly/random/hypergeometric.ts remembers of each cell whose draws are alike. */
const massesACell = 128;

type Nulls = "symmetricEigenvalues" | "bridgeMaxima" | "simulateNull" | "thin";

export function nulls({ call, within, put, putBytes, room, take }: Arena): Pick<Kernel, Nulls> {
  return {
    symmetricEigenvalues: (matrix, k) =>
      within(() => {
        square(matrix, k);
        const at = put(matrix);
        call("jacobi")(at, k);
        const result = take(at, k * k);
        return Float64Array.from({ length: k }, (_, i) => result[i * k + i])
          .sort()
          .reverse();
      }),
    bridgeMaxima: (grid, draws, seed) =>
      within(() => {
        const out = room(draws);
        call("bridgeMaxima")(put(grid), grid.length, draws, seed, room(grid.length), out);
        return take(out, draws).sort();
      }),
    simulateNull: (request) =>
      within(() => {
        const { a, c, draws } = checkedNull(request);
        const out = room(draws);
        const sampler = request.sampler === "dirichlet" ? 0 : 1;
        const statistic = simulatedStatistics.indexOf(request.statistic);
        const cells = a.length;
        const single = putBytes(new Uint8Array(cells));
        const work = room(2 * cells + 8 + (sampler === 0 ? 0 : massesACell * cells));
        const { m, seed } = request;
        const widths = put(request.widths ?? new Float64Array(cells));
        call("simulateNull")(
          sampler,
          statistic,
          put(a),
          put(c),
          cells,
          m,
          draws,
          seed,
          single,
          widths,
          work,
          out,
        );
        return take(out, draws).sort();
      }),
    thin: (counts, keep, seed) =>
      within(() => {
        const out = room(counts.length);
        call("thin")(put(counts), counts.length, keep, seed, out);
        return take(out, counts.length);
      }),
  };
}
