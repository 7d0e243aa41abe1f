// Checks and translates cells: one process, kept warm, because loading TypeScript and the SDK's types takes a second.
//
// A line of JSON asks, a line of JSON answers.
//   asked     {"name": "showText", "source": "…"}, or {"fresh": true}: from there on no cell of before is known
//   answered  {"problems": [{"line", "column", "code", "message"}], "functions": [{"name", "parameters", "stub"}], "js"}
import { createInterface } from "node:readline";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const FOLDER = path.dirname(fileURLToPath(import.meta.url));
// Beside node_modules, and on no disk: that is where imports are looked up.
const CELLS = path.join(FOLDER, "cells");
const OPTIONS = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  strict: true,
  skipLibCheck: true,
  types: ["node"],
  inlineSourceMap: true,
  noEmitOnError: false,
};
/** By its path, each cell's source and its version, which no other source ever has: by that the service knows it. */
const cells = new Map();
let versions = 0;

const fileExists = (file) => cells.has(file) || ts.sys.fileExists(file);
const readFile = (file) => cells.get(file)?.source ?? ts.sys.readFile(file);
/** Of what there is to say, as much as anybody reads. */
const MOST_PROBLEMS = 20;
const LONGEST_TEXT = 2_000;

const service = ts.createLanguageService({
  getCompilationSettings: () => OPTIONS,
  getCurrentDirectory: () => FOLDER,
  getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
  getDirectories: ts.sys.getDirectories,
  directoryExists: (folder) => folder === CELLS || ts.sys.directoryExists(folder),
  getScriptFileNames: () => [...cells.keys()],
  getScriptVersion: (file) => String(cells.get(file)?.version ?? 0),
  getScriptSnapshot: (file) => {
    const text = readFile(file);
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
  },
  fileExists,
  readFile,
});

function answer({ name, source, fresh }) {
  if (fresh) cells.clear();
  if (name === undefined) return {};
  const file = path.join(CELLS, `${name}.ts`);
  cells.set(file, { source, version: (versions += 1) });
  const problems = service.getSyntacticDiagnostics(file);
  // What does not parse means nothing yet.
  if (!problems.length) problems.push(...service.getSemanticDiagnostics(file));
  const tree = service.getProgram().getSourceFile(file);
  return {
    problems: problems.slice(0, MOST_PROBLEMS).map((problem) => told(problem, tree)),
    functions: tree.statements.filter(isExportedFunction).map(described),
    js: service.getEmitOutput(file).outputFiles.find((one) => one.name.endsWith(".js"))?.text ?? "",
  };
}

function told(problem, tree) {
  const place = tree.getLineAndCharacterOfPosition(problem.start ?? 0);
  const message = ts.flattenDiagnosticMessageText(problem.messageText, "\n");
  const where = { line: place.line + 1, column: place.character + 1 };
  return { ...where, code: `TS${problem.code}`, message: message.slice(0, LONGEST_TEXT) };
}

function isExportedFunction(node) {
  const exported = node.modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword) ?? false;
  return exported && ts.isFunctionDeclaration(node) && node.name !== undefined && node.body !== undefined;
}

function described(node) {
  return {
    name: node.name.text,
    parameters: node.parameters.map((one) => one.name.getText()),
    // Nothing is done yet: no statement, or one that says so.
    stub: node.body.statements.every(saysUnwritten),
  };
}

function saysUnwritten(statement) {
  return ts.isThrowStatement(statement) && statement.expression?.getText() === 'new Error("not written yet")';
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
