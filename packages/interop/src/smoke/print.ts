/** The one place that prints: the console is the only output that every runtime has. */
export function print(line: string): void {
  // oxlint-disable-next-line no-console -- see above
  console.log(line);
}
