import type { Feature } from "#core/domain/model.ts";
import { emptySketches, mergeSketches } from "#core/domain/sketch-rows.ts";
import { addCounts, readSketches, readSketchOf, writeCounts, writeSketches } from "#core/domain/wire.ts";
import {
  emptyFeature,
  type FeatureSketch,
  mergeFeature,
  sketchRoom,
} from "#core/methods/sketches/feature-sketch.ts";

/** What panes of one kind add up in. */
export interface PaneSum {
  /** Adds what a batch or a pane holds. */
  add(bytes: Uint8Array): void;
}

/** The same, whole: it can be stored as a pane. */
export interface PaneContent extends PaneSum {
  bytes(): Uint8Array;
}

/** Integers in the cells of a reference. */
export class CellCounts implements PaneContent {
  readonly counts: Float64Array;

  /** @param slots the length of the reference's count vector */
  constructor(slots: number) {
    this.counts = new Float64Array(slots);
  }

  add(bytes: Uint8Array): void {
    addCounts(bytes, this.counts);
  }

  bytes(): Uint8Array {
    return writeCounts(this.counts);
  }
}

/** A sketch a feature, where no reference was in force. */
export class Sketches implements PaneContent {
  sketches: FeatureSketch[];

  constructor(features: readonly Feature[]) {
    this.sketches = emptySketches(features);
  }

  add(bytes: Uint8Array): void {
    this.sketches = mergeSketches(this.sketches, readSketches(bytes, this.sketches.length));
  }

  bytes(): Uint8Array {
    return writeSketches(this.sketches);
  }
}

/** The sketch of one feature only. */
export class OneSketch implements PaneSum {
  sketch: FeatureSketch;
  readonly #features: number;
  readonly #index: number;

  /** @param index of the feature in the model */
  constructor(features: readonly Feature[], index: number) {
    this.sketch = emptyFeature(features[index].type);
    [this.#features, this.#index] = [features.length, index];
  }

  add(bytes: Uint8Array): void {
    const added = readSketchOf(bytes, this.#features, this.#index);
    this.sketch = mergeFeature(this.sketch, added, sketchRoom(this.#features));
  }
}
