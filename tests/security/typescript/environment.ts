// Looks for keys, and for options that let Node load something first.
//
// Exercise: streamMessage
// Outcome: raised
// Says: ["COURSE_MODEL","COURSE_TIMERS","HOME","TMPDIR"]
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen = Object.keys(process.env).sort();
  throw new Error(JSON.stringify(seen));
}
