/** The tests of a window as a whole, before the family decides: what came, how much of it, and what of it was refused. */
import { defaultGates, type Gate } from "../domain/policy.ts";
import type { QualityKind } from "../domain/quality.ts";
import { refusedIn } from "../domain/pane-quality.ts";
import { againstPast, type Portion } from "../methods/quality/against-past.ts";
import { wilson } from "../methods/shares/wilson.ts";
import { coMissingTest } from "./co-missing-test.ts";
import { doubled } from "./feature-tests.ts";
import { gateOf, type PendingQuality, type QualityInput, untold } from "./pending-quality.ts";
import { silenceTest, volumeTest } from "./volume-tests.ts";
import { percent } from "./words.ts";

export function qualityTests(input: QualityInput): PendingQuality[] {
  const { told, rows, past } = input.evidence;
  const portions = (of: (window: (typeof past)[number]) => Portion): Portion[] => past.map(of);
  const shares = told && [
    shareTest(input, "duplicates", defaultGates.duplicates, {
      now: { count: told.duplicates, of: rows },
      past: portions((window) => ({ count: window.duplicates, of: window.rows })),
      says: "of the rows repeat a prediction that came before",
    }),
    shareTest(input, "refused", defaultGates.refused, {
      now: { count: refusedIn(told), of: told.received },
      past: portions((window) => ({ count: window.refused, of: window.received })),
      says: "of the rows that came were refused",
    }),
    shareTest(input, "empty_batches", defaultGates.empty, {
      now: { count: told.empty, of: told.batches },
      past: portions((window) => ({ count: window.empty, of: window.batches })),
      says: "of the batches had no valid row",
    }),
  ];
  return [
    ...[volumeTest(input), silenceTest(input), ...(shares ?? [])],
    ...[...addedFields(input), coMissingTest(input)],
  ].filter((test) => test !== null);
}

/** A share against the windows before. Null where nothing of the kind ever happened: the test could never reject. */
function shareTest(
  { kernel, policy }: QualityInput,
  kind: QualityKind,
  otherwise: Gate,
  { now, past, says }: { now: Portion; past: Portion[]; says: string },
): PendingQuality | null {
  if (now.of === 0 || (now.count === 0 && past.every(({ count }) => count === 0))) return null;
  const share = now.count / now.of;
  const { low, high } = wilson(kernel, { successes: now.count, failures: now.of - now.count });
  const gate = gateOf(policy, kind, otherwise);
  const known = { ...untold, kind, value: share, unit: "share" as const, low, high, gate };
  const found = againstPast(kernel, now, past);
  if (found === null)
    return {
      ...known,
      effectName: "share",
      finding: `${percent(share)} ${says}; there are no windows before to compare with.`,
    };
  const { pSampling, pBetween, expected, effect } = found;
  return {
    ...known,
    expected,
    ...{ pSampling, pChunk: pBetween, pValue: Math.max(pSampling, pBetween ?? 0) },
    ...{ effect, effectName: "share more than before" },
    gate: pBetween === null ? doubled(gate) : gate,
    marks: pBetween === null ? ["assumes-independent-rows"] : [],
    finding: `${percent(share)} ${says} (before: ${percent(expected)}).`,
  };
}

/** Fields that the model does not know and that hardly a batch had in any window before; fields that were there may be there. */
function addedFields({ kernel, policy, evidence: { told, fields, past } }: QualityInput): PendingQuality[] {
  const before = past.reduce((sum, { batches }) => sum + batches, 0);
  if (told === null || told.batches === 0 || before === 0) return [];
  const gate = gateOf(policy, "schema", defaultGates.schema);
  return Object.entries(told.unknown).flatMap(([field, count]): PendingQuality[] => {
    const known = Object.hasOwn(fields, field) ? fields[field] : { batches: 0, most: 0 };
    if (known.most >= gate.warning) return [];
    const [share, expected] = [count / told.batches, known.batches / before];
    const effect = Math.max(0, share - expected);
    const p =
      effect > 0
        ? kernel.hypergeomMidP(count, told.batches, count + known.batches, told.batches + before)
        : 1;
    const { low, high } = wilson(kernel, { successes: count, failures: told.batches - count });
    return [
      {
        ...untold,
        ...{ kind: "schema", subject: field, change: "added", value: share, unit: "share" },
        ...{ low, high, expected, pSampling: p, pValue: p },
        ...{ effect, effectName: "share of batches more than before", gate },
        finding: `The field ${JSON.stringify(field)}, which the model does not know, is new: it is in ${percent(share)} of the batches.`,
      },
    ];
  });
}
