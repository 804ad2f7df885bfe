import type { Finding, FindingMessage } from '../../scripts/bench/figure.ts';

export type Report = (finding: Finding) => void;

/** Something this machine lacks: said in the table, and no failure of the row. */
export class NotMeasurable extends Error {}

function send(finding: Finding): void {
  const message: FindingMessage = { finding };
  // By itself, a row prints what it finds.
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(finding)}\n`);
  else process.send(message);
}

/** Runs a row's measurements one after the other. One that cannot be made says why; the others go on. */
export async function runRow(measurements: Readonly<Record<string, (report: Report) => Promise<void>>>): Promise<void> {
  // Whoever asked is gone, or everything is told: the engine and the browser end with this process.
  process.once('disconnect', () => process.exit());
  for (const [what, measure] of Object.entries(measurements)) {
    try {
      await measure(send);
    } catch (thrown) {
      if (!(thrown instanceof NotMeasurable)) console.error(thrown);
      send({
        what,
        why: thrown instanceof NotMeasurable ? thrown.message : 'It ended with an error; the run shows which.',
      });
    }
  }
  // The channel to the one who asked would keep this process alive.
  if (process.connected) process.disconnect();
}
