// Reaches below Node: its bindings, and its own variables by the inspector.
//
// Exercise: streamMessage
// Outcome: raised
// Says: ["TypeError","TypeError"]
import Anthropic from "@anthropic-ai/sdk";
import { Session } from "node:inspector";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const attempted = (act: () => unknown): unknown => {
    try {
      return typeof act();
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? (error as Error).name;
    }
  };
  const node = process as unknown as { binding(name: string): unknown };
  const seen = [
    attempted(() => node.binding("fs")),
    attempted(() => new Session().connect()),
  ];
  throw new Error(JSON.stringify(seen));
}
