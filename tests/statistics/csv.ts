/** RFC 4180, to columns of texts: what the data sets of the reference data are written in. */
export function parseCsv(text: string): Map<string, string[]> {
  const rows = text.includes('"')
    ? quotedRows(text)
    : text
        .trimEnd()
        .split("\n")
        .map((row) => row.split(","));
  const [header, ...body] = rows;
  return new Map(header.map((name, i) => [name, body.map((row) => row[i])]));
}

function quotedRows(text: string): string[][] {
  const rows: string[][] = [[]];
  let field = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const mark = text[i];
    if (quoted && mark === '"' && text[i + 1] === '"') field += text[++i];
    else if (mark === '"') quoted = !quoted;
    else if (quoted || (mark !== "," && mark !== "\n")) field += mark;
    else {
      rows.at(-1)?.push(field);
      field = "";
      if (mark === "\n" && i + 1 < text.length) rows.push([]);
    }
  }
  if (!text.endsWith("\n")) rows.at(-1)?.push(field);
  return rows;
}
