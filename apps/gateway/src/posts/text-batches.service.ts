import { Injectable } from '@nestjs/common';
import { analyzeTexts, faultOfText, type ReplyOf, type RequestOf } from '#contracts';
import { Bus } from '#platform';

type Request = RequestOf<typeof analyzeTexts>;
type Reply = ReplyOf<typeof analyzeTexts>;
type Item = NonNullable<Request['items']>[number];
type Answer = Reply['items'][number];

/** An analysis is several times longer than its text, and a message between services holds 1 MB. */
const messageLimits = { items: 50, units: 50_000 };
const maxMessagesInFlight = 4;

@Injectable() // sends a batch of texts to the posts service in messages of bounded size
export class TextBatches {
  constructor(private readonly bus: Bus) {}

  async analyze({ items, ...request }: Request): Promise<Reply> {
    if (!items) return this.bus.call(analyzeTexts, request);
    const faults = items.map(({ text }) => faultOfText(text));
    const messages = split(items.filter((_, at) => !faults[at]));
    const replies: Reply[] = [];
    let next = 0;
    const send = async () => {
      while (next < messages.length) {
        const at = next++;
        replies[at] = await this.bus.call(analyzeTexts, { ...request, items: messages[at] });
      }
    };
    await Promise.all(Array.from({ length: maxMessagesInFlight }, send));
    const analyzed = replies.flatMap((reply) => reply.items).values();
    return {
      items: items.map(({ id }, at): Answer => {
        const detail = faults[at];
        return detail ? { id, analysis: null, problem: { code: 'request-invalid', detail } } : analyzed.next().value!;
      }),
      processingMs: replies.reduce((sum, { processingMs }) => sum + processingMs, 0),
    };
  }
}

function split(items: readonly Item[]): Item[][] {
  const messages: Item[][] = [];
  let units = 0;
  for (const item of items) {
    const last = messages.at(-1);
    units += item.text.length;
    if (last && last.length < messageLimits.items && units <= messageLimits.units) last.push(item);
    else {
      messages.push([item]);
      units = item.text.length;
    }
  }
  return messages;
}
