import type { ArrowFunction, FunctionExpression, Node, SourceFile } from "typescript/unstable/ast";
import {
  isArrowFunction,
  isClassDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isIdentifier,
  isVariableStatement,
  SyntaxKind,
} from "typescript/unstable/ast";

/** An exported function or class of a source file. */
export interface Export {
  readonly name: string;
  readonly kind: "function" | "class";
  /** The TSDoc without its stars, or undefined. */
  readonly doc: string | undefined;
  /** The parameters and the type of the result, as text; empty for a class. */
  readonly signature: string;
  /** The statements of a function; undefined for classes and overloads. */
  readonly body: Node | undefined;
  /** The line of the declaration, from 1. */
  readonly line: number;
}

type FunctionLike = Pick<ArrowFunction | FunctionExpression, "parameters" | "type" | "body">;

/** Lists the functions and classes that a file exports by `export` before their declaration. */
export function exportsOf(file: SourceFile): Export[] {
  return file.statements.flatMap((statement) =>
    isExported(statement) ? declarations(statement, file) : [],
  );
}

function isExported(statement: Node): boolean {
  const { modifiers } = statement as { readonly modifiers?: readonly Node[] };
  return modifiers?.some(({ kind }) => kind === SyntaxKind.ExportKeyword) ?? false;
}

function declarations(statement: Node, file: SourceFile): Export[] {
  const at = { doc: docOf(statement, file), line: lineOf(statement, file) };
  if (isClassDeclaration(statement)) {
    const name = statement.name?.text ?? "default";
    return [{ ...at, name, kind: "class", signature: "", body: undefined }];
  }
  if (isFunctionDeclaration(statement)) {
    const name = statement.name?.text ?? "default";
    return [{ ...at, name, kind: "function", ...partsOf(statement, file) }];
  }
  if (!isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }): Export[] => {
    if (!initializer || !isIdentifier(name)) return [];
    if (!isArrowFunction(initializer) && !isFunctionExpression(initializer)) return [];
    return [{ ...at, name: name.text, kind: "function", ...partsOf(initializer, file) }];
  });
}

function partsOf({ parameters, type, body }: Partial<FunctionLike>, file: SourceFile) {
  const nodes = [...(parameters ?? []), ...(type ? [type] : [])];
  return { signature: nodes.map((node) => node.getText(file)).join(", "), body };
}

function docOf(statement: Node, file: SourceFile): string | undefined {
  const doc = statement.jsDoc?.at(-1);
  return doc
    ?.getText(file)
    .replace(/^\s*\/\*\*\s*|\s*\*\/\s*$/g, "")
    .replace(/^[ \t]*\* ?/gm, "")
    .trim();
}

function lineOf(statement: Node, file: SourceFile): number {
  return file.text.slice(0, statement.getStart(file)).split("\n").length;
}
