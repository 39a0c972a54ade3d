/**
 * Every problem the API can answer with: a stable code, its HTTP status and a title. The detail of an occurrence says
 * what to do. Codes are never renamed; clients may switch on them.
 */
export const problems = {
  // requests
  malformed_json: { status: 400, title: "The body is not valid JSON" },
  malformed_columns: { status: 400, title: "The body is not a valid file of columns" },
  malformed_inference: { status: 400, title: "The body is no inference request or response" },
  malformed_table: { status: 400, title: "The body is not a valid table" },
  invalid_body: { status: 400, title: "The body does not have the expected shape" },
  invalid_query: { status: 400, title: "A query parameter is not valid" },
  invalid_time: { status: 400, title: "A time is not valid" },
  unsupported_media_type: { status: 415, title: "This content type is not accepted here" },
  body_too_large: { status: 413, title: "The body is larger than allowed" },
  too_many_rows: { status: 413, title: "The batch has more rows than allowed" },
  not_found: { status: 404, title: "There is nothing at this address" },
  method_not_allowed: { status: 405, title: "This method is not allowed here" },
  // who
  unauthenticated: { status: 401, title: "A valid key or session is needed" },
  forbidden: { status: 403, title: "This key or role may not do that" },
  wrong_origin: { status: 403, title: "The request comes from another origin" },
  sign_in_link_invalid: { status: 401, title: "The sign-in link is used up, expired or unknown" },
  // nouns
  model_not_found: { status: 404, title: "There is no such model" },
  shards_invalid: { status: 422, title: "The number of shards only grows" },
  model_exists: { status: 409, title: "A model with this id exists already" },
  reference_not_found: { status: 404, title: "There is no such reference" },
  reference_invalid: { status: 422, title: "The reference profile is not consistent" },
  reference_mismatch: { status: 422, title: "The reference does not fit the model's features" },
  activation_invalid: { status: 422, title: "The reference cannot be activated from that time" },
  monitor_not_found: { status: 404, title: "There is no such monitor" },
  policy_invalid: { status: 422, title: "The policy does not fit the model" },
  check_not_found: { status: 404, title: "There is no such check" },
  incident_not_found: { status: 404, title: "There is no such incident" },
  incident_closed: { status: 409, title: "The incident is resolved already" },
  channel_not_found: { status: 404, title: "There is no such channel" },
  channel_url_refused: { status: 422, title: "The channel's address is not allowed" },
  delivery_not_found: { status: 404, title: "There is no such delivery" },
  key_not_found: { status: 404, title: "There is no such key" },
  table_not_found: { status: 404, title: "There is no such table to export" },
  cursor_not_found: { status: 404, title: "There is no such cursor" },
  // archive
  archive_off: { status: 409, title: "The model does not archive its rows" },
  archive_range_too_large: { status: 413, title: "The range has more archived rows than one reply may have" },
  archive_damaged: { status: 500, title: "A file of the archive is missing or damaged" },
  erasure_not_found: { status: 404, title: "There is no such erasure" },
  subject_not_declared: { status: 422, title: "The model declares no subject" },
  link_invalid: { status: 404, title: "The link is not one of ours" },
  link_expired: { status: 410, title: "The link has expired" },
  // batches
  batch_id_conflict: { status: 400, title: "Two different batch ids were given" },
  batch_id_reused: { status: 422, title: "This batch id was used for another body" },
  profile_invalid: { status: 422, title: "The profile is not consistent" },
  stale_reference: { status: 409, title: "The counts are in the cells of another reference" },
  no_valid_rows: { status: 422, title: "No row of the batch is valid" },
  too_busy: { status: 429, title: "The model takes no more for the moment" },
  // windows of different references
  cells_differ: { status: 409, title: "Counts of different references cannot be merged" },
  // two files
  file_unreadable: { status: 422, title: "A file cannot be read as a table" },
  comparison_invalid: { status: 422, title: "These rows cannot be compared like this" },
  // ours
  internal: { status: 500, title: "Something failed on our side" },
  unavailable: { status: 503, title: "A part of the platform did not answer" },
} as const;

export type ProblemCode = keyof typeof problems;

/** RFC 9457, with our stable `code` and the request's id. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  instance?: string;
  requestId?: string;
  /** Where in the body, when it is about the body. */
  issues?: { path: string; message: string }[];
}

/** Thrown anywhere inside; leaves the Worker as a Problem through one handler. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly issues: { path: string; message: string }[] | undefined;
  /** When trying again may help. */
  readonly retryAfterMs: number | undefined;
  constructor(
    code: ProblemCode,
    detail: string,
    issues?: { path: string; message: string }[],
    retryAfterMs?: number,
  ) {
    super(detail);
    this.name = "ProblemError";
    this.code = code;
    this.issues = issues;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Why a row of a batch was refused. Counted in receipts by these codes; never renamed. */
export const rowErrors = {
  not_an_object: "the row is not an object",
  line_malformed: "the line is not valid JSON",
  too_many_fields: "the line has more fields than the header",
  timestamp_missing: "the row has no timestamp",
  timestamp_invalid: "the timestamp is neither ISO 8601 nor epoch milliseconds",
  timestamp_ahead: "the timestamp is more than 5 minutes ahead of now",
  timestamp_too_old:
    "the timestamp is older than the model's retention (numbers are milliseconds since 1970)",
  type_mismatch: "the value is not of the feature's type",
  category_too_long: "the category is longer than allowed",
  prediction_id_invalid: "the prediction id is not a string of 1 to 128 characters",
  label_missing: "the row has no label",
  label_invalid: "the label is not true, false, 1 or 0",
} as const;

export type RowErrorCode = keyof typeof rowErrors;
