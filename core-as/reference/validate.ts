/** Accepts a reference profile from outside: its shape, its consistency, its content address. */
import { derivedKindOf } from "../derived/kinds.ts";
import { OfReference } from "../derived/of-reference.ts";
import { ProblemError } from "../domain/errors.ts";
import { Reference } from "../domain/reference.ts";
import { cellCount } from "../domain/reference-cells.ts";
import { referenceId } from "./identity.ts";

type Issue = { path: string; message: string };

/** @throws ProblemError `reference_invalid` with the places that are wrong */
export function validateReference(value: unknown): Reference {
  const parsed = Reference.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    throw new ProblemError(
      "reference_invalid",
      "The profile does not have the expected shape.",
      issues.slice(0, 20),
    );
  }
  const issues = parsed.data.features.flatMap((feature, index) =>
    issuesOf(feature, parsed.data, `features.${index}`),
  );
  issues.push(...derivedIssues(parsed.data), ...performanceIssues(parsed.data));
  if (issues.length > 0)
    throw new ProblemError("reference_invalid", "The profile contradicts itself.", issues.slice(0, 20));
  return parsed.data;
}

/** As above, and the id must be the profile's own. */
export async function verifyReference(
  value: unknown,
  sha256: (text: string) => Promise<string>,
): Promise<Reference> {
  const reference = validateReference(value);
  const expected = await referenceId(reference, sha256);
  if (reference.id !== expected)
    throw new ProblemError("reference_invalid", `The id is not the content's: expected ${expected}.`);
  return reference;
}

function issuesOf(feature: Reference["features"][number], reference: Reference, path: string): Issue[] {
  const issues: Issue[] = [];
  const expect = (condition: boolean, at: string, message: string): void => {
    if (!condition) issues.push({ path: `${path}.${at}`, message });
  };
  const { cells, counts } = feature;
  expect(counts.length === cellCount(cells), "counts", `one count a cell: ${cellCount(cells)}`);
  const rows = counts.reduce(
    (sum, count) => sum + count,
    feature.missing + feature.negInf + feature.posInf + feature.unseen,
  );
  expect(
    rows === reference.rows,
    "counts",
    `counts, missing, unseen and infinities add up to ${rows}, not to ${reference.rows} rows`,
  );
  expect(
    (feature.type === "numeric") !== (cells.kind === "categories"),
    "cells.kind",
    "does not fit the feature's type",
  );
  if (cells.kind === "quantile") {
    expect(ascending(cells.edges), "cells.edges", "must ascend strictly");
    expect(cells.single.length === counts.length, "cells.single", "one flag a cell");
    expect(cells.widths.length === cells.edges.length, "cells.widths", "one width an edge");
    expect(
      feature.nulls.ad.some((weight) => weight > 0),
      "nulls.ad",
      "the null table of quantile cells is missing",
    );
    expect(
      ascending(cells.deciles) && (cells.deciles.at(-1) ?? -1) < cells.edges.length,
      "cells.deciles",
      "ascending indices of edges",
    );
  } else if (cells.kind === "values") {
    expect(ascending(cells.values), "cells.values", "must ascend strictly");
  } else {
    const all = [...cells.values, ...cells.other];
    expect(new Set(all).size === all.length, "cells.values", "a category stands twice");
  }
  const chunks = reference.chunks?.rows.length ?? 0;
  for (const part of [...feature.nulls.chunks.drift, feature.nulls.chunks.missing])
    if (part)
      expect(
        [part.statistics, part.scales, part.counts ?? part.scales].every(({ length }) => length === chunks),
        "nulls.chunks",
        "one value a chunk",
      );
  return issues;
}

/** Blocks of different kinds, each with counts of its own that rows of the reference can have. */
function derivedIssues({ derived, rows, chunks }: Reference): Issue[] {
  const kinds = new Set<string>();
  return derived.flatMap((block, index): Issue[] => {
    const issue = (at: string, message: string): Issue[] => [{ path: `derived.${index}.${at}`, message }];
    if (kinds.has(block.kind)) return issue("kind", `a second block "${block.kind}"`);
    kinds.add(block.kind);
    const misfit = derivedKindOf(block).misfit?.(block, chunks?.rows.length ?? 0) ?? null;
    if (misfit !== null) return issue("reference", misfit);
    const own = OfReference.safeParse(block.reference);
    if (!own.success) return [];
    const slots = derivedKindOf(block).slots(block);
    const { counts, chunks: series } = own.data;
    if (counts.length !== slots) return issue("reference.counts", `one count a slot: ${slots}`);
    const problem = derivedKindOf(block).problem(block, Float64Array.from(counts), rows);
    if (problem !== null) return issue("reference.counts", problem);
    const uneven = Object.values(series ?? {}).some(({ length }) => length !== (chunks?.rows.length ?? 0));
    return uneven ? issue("reference.chunks", "one value a chunk") : [];
  });
}

function performanceIssues({ performance, chunks }: Reference): Issue[] {
  if (performance === null || performance.chunks === null) return [];
  const count = chunks?.starts.length ?? 0;
  const { labelled, metrics } = performance.chunks;
  const lengths = [
    labelled.length,
    ...Object.values(metrics).flatMap(({ values, standardErrors }) => [values.length, standardErrors.length]),
  ];
  return lengths.every((length) => length === count)
    ? []
    : [{ path: "performance.chunks", message: "one value a chunk" }];
}

const ascending = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 || values[i - 1] < value);
