// Finds the examples of a text: fenced code blocks whose language is `ts`, in a README anywhere, in a source behind `@example` of a
// documentation comment. Knows where each one stands, so that a failure can name file and line; must not know how they are run.

/** One code block, and where its first line of code stands. */
export interface Example {
  /** Path from the root of the repository. */
  readonly file: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** An `@example` that holds no code block to run. */
export interface Missing {
  readonly file: string;
  readonly line: number;
}

interface Line {
  readonly number: number;
  readonly text: string;
}

const linesOf = (text: string): Line[] =>
  text.split(/\r?\n/).map((line, index) => ({ number: index + 1, text: line }));

/**
 * The `ts` blocks among some lines. A fence is three or more backticks, its end as many or more (CommonMark, Section 4.5); what a fence
 * was indented by is taken off its lines.
 */
function fencedBlocks(file: string, lines: readonly Line[]): Example[] {
  const found: Example[] = [];
  let open: {
    fence: string;
    indent: string;
    language: string;
    code: string[];
    line: number;
  } | null = null;
  for (const { number, text } of lines) {
    if (open === null) {
      const start = /^(\s*)(`{3,})\s*(\S*)/.exec(text);
      if (start === null) continue;
      const [, indent = "", fence = "", language = ""] = start;
      open = { fence, indent, language, code: [], line: number + 1 };
    } else if (text.trim().startsWith(open.fence) && /^`+$/.test(text.trim())) {
      if (open.language === "ts") found.push({ file, line: open.line, code: open.code.join("\n") });
      open = null;
    } else {
      open.code.push(
        text.startsWith(open.indent) ? text.slice(open.indent.length) : text.trimStart(),
      );
    }
  }
  return found;
}

/**
 * The `ts` blocks of a Markdown text.
 *
 * @param file - Path that the examples are named by.
 * @param text - The text of that file.
 */
export function examplesInMarkdown(file: string, text: string): Example[] {
  return fencedBlocks(file, linesOf(text));
}

/**
 * The `ts` blocks behind each `@example` of the documentation comments of a source, and the `@example` tags without one.
 *
 * @param file - Path that the examples are named by.
 * @param text - The text of that file.
 */
export function examplesInSource(
  file: string,
  text: string,
): { examples: Example[]; missing: Missing[] } {
  const examples: Example[] = [];
  const missing: Missing[] = [];
  // A comment begins a line, so that "src/**" in a string is none.
  for (const comment of text.matchAll(/^[ \t]*\/\*\*(?!\/)[^]*?\*\//gm)) {
    const above = text.slice(0, comment.index).split("\n").length - 1;
    for (const [tag, ...lines] of exampleSections(linesOf(comment[0]))) {
      const blocks = fencedBlocks(file, lines).map((block) => ({
        ...block,
        line: block.line + above,
      }));
      examples.push(...blocks);
      if (blocks.length === 0) missing.push({ file, line: (tag?.number ?? 1) + above });
    }
  }
  return { examples, missing };
}

/** The lines of each `@example` section of a comment, without their stars, the line of the tag first. */
function exampleSections(comment: readonly Line[]): Line[][] {
  const sections: Line[][] = [];
  let section: Line[] | null = null;
  let fenced = false;
  for (const { number, text } of comment) {
    const line = { number, text: text.replace(/^\s*(?:\/\*\*|\*(?!\/)) ?/, "") };
    const words = line.text.trim();
    // An at-sign inside a block is code, a decorator for instance.
    if (!fenced && words.startsWith("@")) {
      section = /^@example\b/.test(words) ? [] : null;
      if (section !== null) sections.push(section);
    }
    if (words.startsWith("```")) fenced = !fenced;
    section?.push(line);
  }
  return sections;
}
