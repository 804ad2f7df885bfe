/** What the door has seen since it was opened. Counts only: no names of clients or models, no content. */
export interface Counters {
  answered(route: string, status: number): void;
  began(): void;
  ended(): void;
  /** Prometheus' text format 0.0.4. */
  text(): string;
}

export function createCounters(): Counters {
  const answers = new Map<string, number>();
  let underWay = 0;
  return {
    answered(route, status) {
      const labels = `route="${route}",status="${status}"`;
      answers.set(labels, (answers.get(labels) ?? 0) + 1);
    },
    began: () => void (underWay += 1),
    ended: () => void (underWay -= 1),
    text() {
      const lines = [
        '# HELP cloister_gateway_requests_total Requests of other programs that were answered.',
        '# TYPE cloister_gateway_requests_total counter',
        ...[...answers].map(([labels, count]) => `cloister_gateway_requests_total{${labels}} ${count}`),
        '# HELP cloister_gateway_requests_running Requests of other programs under way.',
        '# TYPE cloister_gateway_requests_running gauge',
        `cloister_gateway_requests_running ${underWay}`,
      ];
      return `${lines.join('\n')}\n`;
    },
  };
}
