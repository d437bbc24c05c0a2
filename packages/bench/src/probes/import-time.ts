/** A fresh process that imports one package and tells how many milliseconds that took. */

const [, , task = '""'] = process.argv;
const name: unknown = JSON.parse(task);
const before = performance.now();
await import(String(name));
process.send?.(performance.now() - before);
process.disconnect();
