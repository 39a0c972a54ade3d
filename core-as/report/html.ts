/** HTML as tagged templates: everything that is put in is text and escaped, unless it is markup already. */
export interface Markup {
  markup: string;
}

type Content = Markup | string | number | null | undefined | false | readonly Content[];

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]);

function render(content: Content): string {
  if (content === null || content === undefined || content === false) return "";
  if (typeof content === "string") return escaped(content);
  if (typeof content === "number") return String(content);
  if ("markup" in content) return content.markup;
  return content.map(render).join("");
}

export function html(strings: TemplateStringsArray, ...contents: Content[]): Markup {
  return { markup: strings.reduce((text, string, i) => text + render(contents[i - 1]) + string) };
}

/** Text that is known to be markup: our own style sheet, a picture, a document. */
export const raw = (markup: string): Markup => ({ markup });
