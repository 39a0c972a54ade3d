import { describe, expect, it } from "vitest";
import {
  archivedRowsText,
  createTable,
  readArchivedRows,
  readsArchivedRows,
  tablesIn,
} from "../../app/lib/queries/tables.ts";

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

  it("may be archived rows, chosen in the address", () => {
    expect(readsArchivedRows("select count(*) from Archived_Rows")).toBe(true);
    expect(readsArchivedRows("select rows from models")).toBe(false);
    const chosen = { model: "churn", fromMs: Date.UTC(2026, 1, 1), toMs: Date.UTC(2026, 2, 1) };
    expect(archivedRowsText(chosen)).toBe("churn/2026-02-01/2026-03-01");
    expect(readArchivedRows(archivedRowsText(chosen))).toEqual(chosen);
    for (const none of [null, "", "churn", "churn/2026-02-01", "churn/2026-02-01/2026-02-01", "churn/x/y"])
      expect(readArchivedRows(none)).toBeNull();
  });

  it("can be described before they are loaded", () => {
    expect(createTable("models")).toBe(
      "CREATE TABLE models (model VARCHAR, name VARCHAR, clock VARCHAR, rows DOUBLE, watermark TIMESTAMP)",
    );
  });
});
