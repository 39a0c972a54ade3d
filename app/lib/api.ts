/** The only fetch: every question that the dashboard asks the server, typed by the core's API shapes. */
import type {
  ArchiveLinks,
  ArchiveLinksInput,
  ArchiveListing,
  Channel,
  CheckDetail,
  Delivery,
  DriftHistory,
  FeatureWindows,
  Key,
  ModelDetail,
  ModelSummary,
  Performance,
  Quality,
  Scope,
  Session,
} from "#core/domain/api.ts";
import type { CheckAttribution } from "#core/domain/check-attribution.ts";
import type { ExportTable } from "#core/domain/export-tables.ts";
import type { Problem } from "#core/domain/errors.ts";
import type { Incident } from "#core/domain/incident.ts";
import type { Reference } from "#core/domain/reference.ts";

/** A problem of the API, or that there was no answer at all. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
  }
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  let reply: Response;
  try {
    reply = await fetch(`/v1${path}`, {
      method,
      headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError("offline", 0, "The server does not answer. Is `npm start` still running?");
  }
  if (reply.ok) return reply;
  const problem = (await reply.json().catch(() => null)) as Problem | null;
  throw new ApiError(
    problem?.code ?? "unknown",
    reply.status,
    problem?.detail ?? `The server answered ${reply.status}.`,
  );
}

const get = async <T>(path: string): Promise<T> => (await (await ask("GET", path)).json()) as T;
const post = async <T>(path: string, body: unknown): Promise<T> =>
  (await (await ask("POST", path, body)).json()) as T;
const at = encodeURIComponent;

const range = (from?: number, to?: number): string => {
  const query = new URLSearchParams();
  if (from !== undefined) query.set("from", String(from));
  if (to !== undefined) query.set("to", String(to));
  return query.size > 0 ? `?${query}` : "";
};

export const api = {
  session: () => get<Session>("/session"),
  signIn: (token: string) => post<Session>("/session", { token }),
  signOut: () => ask("DELETE", "/session"),
  models: async () => (await get<{ models: ModelSummary[] }>("/models")).models,
  model: (id: string) => get<ModelDetail>(`/models/${at(id)}`),
  history: async (id: string, from?: number, to?: number) =>
    (await get<DriftHistory>(`/models/${at(id)}/drift/history${range(from, to)}`)).checks,
  check: (id: string, check: string) => get<CheckDetail>(`/models/${at(id)}/checks/${at(check)}`),
  attribution: (id: string, check: string) =>
    get<CheckAttribution>(`/models/${at(id)}/checks/${at(check)}/attribution`),
  openWindow: (id: string) => get<CheckDetail>(`/models/${at(id)}/drift/detect`),
  reference: (id: string, reference: string) =>
    get<Reference>(`/models/${at(id)}/references/${at(reference)}`),
  featureWindows: (id: string, feature: string, from: number, to: number) =>
    get<FeatureWindows>(`/models/${at(id)}/windows${range(from, to)}&feature=${at(feature)}`),
  archive: (id: string, from: number, to: number) =>
    get<ArchiveListing>(`/models/${at(id)}/archive${range(from, to)}`),
  archiveLinks: (id: string, asked: ArchiveLinksInput) =>
    post<ArchiveLinks>(`/models/${at(id)}/archive/links`, asked),
  performance: (id: string, segment = "") =>
    get<Performance>(`/models/${at(id)}/performance${segment === "" ? "" : `?segment=${at(segment)}`}`),
  quality: async (id: string, from?: number) =>
    (await get<Quality>(`/models/${at(id)}/quality${range(from)}`)).series,
  incidents: async (model?: string) =>
    (await get<{ incidents: Incident[] }>(`/incidents${model ? `?model=${at(model)}` : ""}`)).incidents,
  incident: (id: string) => get<Incident>(`/incidents/${at(id)}`),
  acknowledge: (id: string) => post<Incident>(`/incidents/${at(id)}/acknowledge`, {}),
  resolve: (id: string) => post<Incident>(`/incidents/${at(id)}/resolve`, {}),
  channels: async () => (await get<{ channels: Channel[] }>("/channels")).channels,
  createChannel: (name: string, url: string) => post<Channel>("/channels", { name, kind: "webhook", url }),
  deleteChannel: (id: string) => ask("DELETE", `/channels/${at(id)}`),
  testChannel: (id: string) => ask("POST", `/channels/${at(id)}/test`, {}),
  deliveries: async () => (await get<{ deliveries: Delivery[] }>("/deliveries")).deliveries,
  resend: (delivery: Delivery) =>
    ask("POST", `/deliveries/${at(delivery.channelId)}/${at(delivery.id)}/resend`, {}),
  keys: async () => (await get<{ keys: Key[] }>("/keys")).keys,
  /** For one model, or for all where none is named. */
  createKey: (name: string, scopes: Scope[], modelId?: string) =>
    post<Key>("/keys", { name, scopes, modelId }),
  deleteKey: (id: string) => ask("DELETE", `/keys/${at(id)}`),
  exportArrow: async (table: ExportTable, model?: string) => {
    const query = model ? `?model=${at(model)}` : "";
    return new Uint8Array(await (await ask("GET", `/export/${table}${query}`)).arrayBuffer());
  },
  archivedArrow: async (id: string, from: number, to: number) => {
    const path = `/models/${at(id)}/archive/rows${range(from, to)}`;
    const accept = "application/vnd.apache.arrow.stream";
    return new Uint8Array(await (await ask("GET", path, undefined, { accept })).arrayBuffer());
  },
  /** Files of our own build: the kernel and DuckDB. */
  asset: async (url: string): Promise<Response> => {
    const reply = await fetch(url);
    if (!reply.ok) throw new ApiError("asset", reply.status, `${url} could not be loaded (${reply.status}).`);
    return reply;
  },
};
