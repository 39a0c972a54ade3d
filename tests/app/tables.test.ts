import { describe, expect, it } from "vitest";
import { createTable, tablesIn } from "../../app/lib/queries/tables.ts";

describe("tables of a query", () => {
  it("are those that it names, in any case and quoting", () => {
    expect(tablesIn('select * from FEATURES f join "checks" using (model)')).toEqual(["checks", "features"]);
    expect(tablesIn("from cells")).toEqual(["cells"]);
  });

  it("are whole words", () => {
    expect(tablesIn("select features_seen, mycells from range(3)")).toEqual([]);
  });

  it("are none for a query of nothing", () => {
    expect(tablesIn("")).toEqual([]);
  });

  it("can be described before they are loaded", () => {
    expect(createTable("models")).toBe(
      "CREATE TABLE models (model VARCHAR, name VARCHAR, clock VARCHAR, rows DOUBLE, watermark TIMESTAMP)",
    );
  });
});
