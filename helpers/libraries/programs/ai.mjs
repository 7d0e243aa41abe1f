// The AI SDK (`ai` with `@ai-sdk/anthropic`), as its documentation begins; prints what its user has of it, as JSON.
import { createAnthropic } from "@ai-sdk/anthropic";
import { generateText, streamText } from "ai";

const { BASE_URL, MODEL, PATIENCE, WAY } = process.env;
const model = createAnthropic({ baseURL: `${BASE_URL}/v1`, apiKey: "replay" })(MODEL);
const asked = { model, prompt: "Hello", maxOutputTokens: 400, abortSignal: AbortSignal.timeout(PATIENCE * 1000) };
const found = { text: "", raised: "", waits: true };

// Also where Node ends because nothing is left that could settle the promise: its user would wait for ever.
process.on("exit", () => console.log(JSON.stringify(found)));

try {
  if (WAY === "streamed") {
    // Its documentation's way to hear of an error in a stream: nothing is thrown.
    for await (const piece of streamText({ ...asked, onError: () => {} }).textStream) {
      found.text += piece;
    }
  } else {
    found.text = (await generateText(asked)).text;
  }
} catch (error) {
  found.raised = error?.name ?? String(error);
}
found.waits = false;
process.exit(0);
