import { Controller } from '@nestjs/common';
import { type DeadLetter, DeadLetters } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Route } from '../http/route.ts';
import { deleteDeadLetter, listDeadLetters, replayDeadLetter, replayDeadLetters } from './dead-letters.endpoints.ts';
import { problemOf } from './job-resource.ts';

@Controller()
export class DeadLettersController {
  constructor(private readonly letters: DeadLetters) {}

  @Route(listDeadLetters)
  async list(@Input() { query: { kind, cursor, limit } }: InputOf<typeof listDeadLetters>) {
    const letters = await this.letters.list({ after: cursor ?? 0, limit, ...(kind ? { kind } : {}) });
    const last = letters.length < limit ? undefined : letters.at(-1);
    return { items: letters.map(toResource), nextCursor: last ? String(last.sequence) : null };
  }

  @Route(replayDeadLetter)
  async replay(@Input() { params }: InputOf<typeof replayDeadLetter>) {
    return { replayed: Number(await this.letters.replay(params.letterId)) };
  }

  @Route(replayDeadLetters)
  async replayAll(@Input() { query }: InputOf<typeof replayDeadLetters>) {
    return { replayed: await this.letters.replayAll(query.kind) };
  }

  @Route(deleteDeadLetter)
  drop(@Input() { params }: InputOf<typeof deleteDeadLetter>): Promise<void> {
    return this.letters.drop(params.letterId);
  }
}

const toResource = ({ sequence, reason, ...letter }: DeadLetter) => ({
  id: sequence,
  ...letter,
  problem: problemOf(reason),
});
