import type { Env } from "../env.ts";
import type { ModelState } from "../objects/model/state.ts";
import { upsertCheck } from "../store/checks.ts";
import type { CheckReceivers } from "./push-intents.ts";

/** A model's checks go to D1 for lists, and to its organisation's object for incidents. */
export function checkReceivers(
  { DB, ORGANISATION }: Pick<Env, "DB" | "ORGANISATION">,
  { model: { id, name }, organisationId, policy }: ModelState,
): CheckReceivers {
  return {
    save: (check) => upsertCheck(DB, organisationId, check),
    decide: async (check) => {
      await ORGANISATION.getByName(organisationId).onCheck({ model: { id, name }, check, policy });
    },
  };
}
