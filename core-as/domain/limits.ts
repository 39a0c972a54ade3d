/**
 * Every limit of the product, with its unit in its name, what it protects, and why an honest sender never meets it.
 * The server enforces them; the client checks the same ones before it sends.
 */
const KIB = 1024;
const MIB = 1024 * KIB;
export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const limits = {
  /** A request body as sent. Protects the isolate's 128 MB; a batch of 5,000 rows × 30 features is about 1 MB. */
  bodyBytes: 2 * MIB,
  /** Of a body that is too large, as much is read and dropped, so that its sender gets to read the answer. */
  drainedBytes: 100 * MIB,
  /** The same after gzip: stops a bomb of a few hundred KB from filling memory. */
  inflatedBytes: 8 * MIB,
  /** A reference profile: 400 features of 120 cells with their nulls stay below. */
  referenceBytes: 8 * MIB,
  /** Rows that are profiled in one request; the command profiles more on the sender's side. */
  referenceRows: 500_000,
  /** Rows in one batch: keeps the CPU of one request near a tenth of a second. */
  rowsPerBatch: 20_000,
  /** Rows of one pane of a profile: counts stay exact in sums of millions of panes. */
  profileRows: 1_000_000_000,
  /** Features of a model, score and prediction included. */
  features: 1_000,
  /** Cells of one numeric feature, and distinct values of one categorical feature (the rest is `other`). */
  numericCells: 256,
  categories: 255,
  /** Sets of features that are missing together and counted apart; the rest is `other`. A few sensors fail in a few ways. */
  missingPatterns: 16,
  /** A window's longest length, and how far a window of the last rows reaches back. */
  windowMs: 92 * DAY_MS,
  monitors: 20,
  /** Objects that take a model's batches: more would need a tree to merge them. 32 take some 6,000 batches a second. */
  shards: 32,
  /** Earlier windows that a check is compared with: each is read and tested against the others. */
  comparedWindows: 400,
  /** Windows of one monitor over one pane: each is to be checked again when a late row comes. */
  overlappingWindows: 64,
  /** Classes of a multiclass model: its confusion matrix is kept for every window. */
  classes: 64,
  /** Points of a ROC curve that is kept: more than a screen can show. */
  rocPoints: 202,
  /** Cells of a score, for estimates: with sums of probabilities in them, more would only sharpen the ROC area. */
  scoreCells: 128,
  /** Of all scores of a multiclass model together: ten classes have 128 each, 64 classes 32. */
  classScoreCells: 2048,
  /** Knots of a calibration map; isotonic regression leaves about n^(1/3) of n rows, some hundred of a million. */
  calibrationKnots: 4_000,
  /** Rows of a reference that calibration is decided on and trees learn from: more hardly change either and take long. */
  estimationRows: 60_000,
  /** And values of those rows: a thousand features would not fit an isolate otherwise. */
  estimationValues: 2_000_000,
  /** Rows by which a surrogate of the model is learnt for importances: enough to rank features. */
  surrogateRows: 20_000,
  /** Trees of a regression's estimated losses, and leaves of each: all are walked for every row that comes. */
  lossTrees: 64,
  lossLeaves: 32,
  /** Ways to cut a model's rows, and values of each: every one is counted in cells of its own. */
  segments: 4,
  segmentValues: 20,
  /** Rows a segment needs in the reference to have one of its own: below them no verdict would be possible anyway. */
  segmentReferenceRows: 50,
  /** Characters of an id, a name, a category. */
  idLength: 128,
  batchIdLength: 255,
  nameLength: 200,
  categoryLength: 256,
  segmentKeyLength: 400,
  /** Row errors, and fields that the model does not know, listed in a receipt; all errors are counted. */
  errorsListed: 100,
  /** One row of SQLite in an object holds at most 2 MB in production (the local runtime is laxer): we stop below. */
  storedRowBytes: 1_900_000,
  /**
   * Where no reference is in force a pane holds sketches. All features of a pane together stay below this, so that it is one
   * row; of one feature, cells in use and bytes of categories' names: past them a sketch becomes coarser, or lists fewer.
   */
  sketchPaneBytes: 1_500_000,
  sketchCells: 1024,
  sketchNameBytes: 32 * KIB,
  /** Values of a category that are listed when a window is looked at. */
  valuesShown: 100,
  /** Rows ahead of wall time by more than this are refused: a sender's clock is wrong. */
  aheadMs: 5 * MINUTE_MS,
  /** Batch ids are remembered for this long by arrival, and at least this many always. */
  dedupeMs: DAY_MS,
  dedupeBatches: 10_000,
  /** And at most this many: 23 batches a second for a day. Past it senders wait, since an id may not be forgotten. */
  dedupeBatchesMost: 2_000_000,
  /** Half of an inference waits this long for the other, as long as those that wait have no more bytes than this. */
  halfMs: HOUR_MS,
  halvesBytes: 256 * MIB,
  /**
   * Ids by which a model with shards finds predictions that come twice to different ones: of the newest panes, as long as labels
   * join; half a gigabyte. And of one pane: what is merged in memory at once.
   */
  sentIds: 50_000_000,
  sentIdsOfPane: 2_000_000,
  /** Labels wait this long for their prediction. */
  labelHorizonMs: 30 * DAY_MS,
  /**
   * What the model's clock keeps of each pane size, unless the model says otherwise: at least what a window needs to close
   * with its late rows, at most what an object's 10 GB hold of a thousand features.
   */
  retention: { minutesMs: 2 * DAY_MS, hoursMs: 60 * DAY_MS, daysMs: 730 * DAY_MS },
  retentionLeast: { minutesMs: HOUR_MS, hoursMs: DAY_MS, daysMs: 2 * DAY_MS },
  retentionMost: { minutesMs: 7 * DAY_MS, hoursMs: 366 * DAY_MS, daysMs: 3660 * DAY_MS },
  archive: {
    /** How long rows may be kept. */
    retentionMs: 3660 * DAY_MS,
    /** An hour that nothing was added to for this long is compacted; one that never rests, after the longer time. */
    settleMs: 15 * MINUTE_MS,
    settleMostMs: 6 * HOUR_MS,
    /** Arrow that one Parquet file is made of: with its columns and its output it stays well inside an isolate's 128 MB. */
    partBytes: 12 * MIB,
    /** Rows in one reply: about 10 s of CPU as Parquet. More are fetched by links. */
    readRows: 1_000_000,
    /** Rows behind one link, where a link covers many hours. */
    linkRows: 200_000,
    links: 1_000,
    /** How long a link may be good for, and is where nothing is said. */
    linkMs: { most: 30 * DAY_MS, usual: DAY_MS },
    /** Hours in one reply of a listing: a year. */
    hoursListed: 8_784,
    /** An hour with as many rows is read whole before the first leaves, so that a file that is replaced meanwhile is no error. */
    hourHeldRows: 200_000,
    /** Values of one erasure. */
    erasedValues: 1_000,
    /** A reply waits this long for an erasure to end, and then says how far it is. */
    erasureReplyMs: 20 * SECOND_MS,
    /** Files that were replaced stay for readers that are in the middle of them. */
    graceMs: 15 * MINUTE_MS,
    /** Files of batches that were refused, or never acknowledged, are deleted when no request can still be about them. */
    orphanMs: 2 * DAY_MS,
  },
  /** Rows of a list before the cursor. */
  pageSize: 100,
  /** Checks in one history reply: two years of days, a month of hours. */
  historyChecks: 800,
  /** What an isolate knows of a key: one that is deleted is refused everywhere within this time. */
  keyHeldMs: 10 * SECOND_MS,
  signInTokenMs: 10 * MINUTE_MS,
  sessionMs: 14 * DAY_MS,
  /** A webhook's reply is read up to here and waited for this long. */
  webhookReplyBytes: 64 * KIB,
  webhookTimeoutMs: 15 * SECOND_MS,
  /** A page that asked for a model has its live connection within this, or has none. */
  liveConnectMs: MINUTE_MS,
  /** At most one live hint a second per model. */
  liveHintMs: SECOND_MS,
} as const;
