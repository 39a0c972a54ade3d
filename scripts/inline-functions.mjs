/**
 * Lets the kernel's sources say what must be inlined: a line `// inline` above a function does what AssemblyScript's own
 * decorator does, which neither the formatter nor the linter can read. For small functions inside of hot loops only: each
 * call becomes a copy.
 */
import { Node, NodeKind } from "assemblyscript";

export default class InlineFunctions {
  afterParse(parser) {
    for (const source of parser.sources)
      for (const statement of source.statements)
        if (statement.kind === NodeKind.FunctionDeclaration && isMarked(source.text, statement.range.start)) {
          const { range } = statement;
          const inline = Node.createDecorator(Node.createIdentifierExpression("inline", range), null, range);
          statement.decorators = [...(statement.decorators ?? []), inline];
        }
  }
}

const isMarked = (text, start) => /(^|\n)\/\/ inline\b[^\n]*\n(export )?$/.test(text.slice(0, start));
