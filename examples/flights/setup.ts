/** Makes a demo model ready to receive: created, its reference pushed and in force from 29 January. */
import type { Client } from "../../client/http.ts";
import { ApiError } from "../../client/http.ts";
import type { ModelDetail } from "#core/domain/api.ts";
import type { Reference } from "#core/domain/reference.ts";
import { replayFromMs } from "./calendar.ts";
import type { Dataset } from "./dataset.ts";
import { declareModel, type DemoModel } from "./models.ts";

/** Safe to repeat at every start: whatever stands already is left or written again as it was. */
export async function setUpModel(
  client: Client,
  dataset: Dataset,
  model: DemoModel,
  reference: () => Promise<Reference>,
): Promise<void> {
  const input = declareModel(dataset, model);
  try {
    await client.post("/v1/models", input);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "model_exists") throw error;
    // A start that was cut off between the registry and the model's object is completed by this.
    const { name, description, annotations, archive } = input;
    await client.patch(`/v1/models/${model.id}`, { name, description, annotations, archive });
  }
  const { activations } = await client.get<ModelDetail>(`/v1/models/${model.id}`);
  if (activations.some(({ fromMs }) => fromMs === replayFromMs)) return;
  const { id } = await client.post<{ id: string }>(`/v1/models/${model.id}/references`, {
    profile: await reference(),
  });
  await client.post(`/v1/models/${model.id}/references/${id}/activate`, {
    from: new Date(replayFromMs).toISOString(),
  });
}
