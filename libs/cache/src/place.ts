/** Where an entry is found, within a service. */
export interface Place {
  readonly namespace: string;
  readonly key: string;
}
