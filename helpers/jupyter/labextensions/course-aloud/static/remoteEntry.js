// What is seen as soon as a cell has run is also heard: JupyterLab tells a screen reader nothing of it. And the buttons of
// ipywidgets' ToggleButtons say which question they answer and which of them is chosen, as their place and colour do.
//
// No kept package does either. As `course-typescript` beside it, this is an extension as it is when it has been built.
(() => {
  /** By name and version, what JupyterLab and its extensions share. */
  let shared;

  /** A module that there is one of: JupyterLab's own, or that of an extension which may not be there. */
  const use = async (name) => shared[name] && (await Object.values(shared[name])[0].get())();

  /** Runs whose sentences stay, for who looks for what was said last. */
  const KEPT = 3;
  /** Characters of a text that are said of it. */
  const LONGEST = 300;
  const HIDDEN = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);";

  /** Screen readers say what comes into an element that was there before. */
  function voice() {
    const log = document.createElement("div");
    log.className = "course-aloud";
    log.setAttribute("role", "log");
    log.style.cssText = HIDDEN;
    document.body.append(log);
    return (sentences) => {
      // In one piece: not every screen reader keeps the order of several.
      const line = document.createElement("p");
      line.textContent = sentences.map(ended).join(" ");
      log.append(line);
      if (log.children.length > KEPT) log.firstChild.remove();
    };
  }

  const ended = (text) => (/[.?!:]$/.test(text) ? text : `${text}.`);
  const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)} … and more` : text);

  /** A card in sentences. Its headline is left out, for its name says the same. */
  function spoken(card) {
    const [, ...said] = card.querySelectorAll(":scope > p");
    return [card.ariaLabel, ...said.map((one) => one.textContent)].map(ended).join(" ");
  }

  /** Of tables and pictures, which may be long, what they are called. */
  function called(page) {
    const named = page.querySelector(".course [aria-label], .course[aria-label]");
    return named ? named.ariaLabel.split(". ")[0] : "";
  }

  /** What stops a learner, or answers them. */
  function* verdicts({ output_type: kind, ename, evalue, data = {} }) {
    if (kind === "error") yield cut(`${ename}: ${evalue}`);
    for (const card of read(data).querySelectorAll("section.course-card")) yield spoken(card);
  }

  /** Everything that a cell shows, but for widgets: they are to be used, and say themselves what they are. */
  function* all(output) {
    const { data = {}, text = data["text/plain"] } = output;
    const before = [...verdicts(output)];
    yield* before;
    if (before.length || Object.keys(data).some((mime) => mime.includes("widget"))) return;
    yield called(read(data)) || cut([text ?? ""].flat().join(""));
  }

  const read = (data) => new DOMParser().parseFromString([data["text/html"] ?? ""].flat().join(""), "text/html");
  const outputsOf = ({ model }) => (model.type === "code" ? model.outputs.toJSON() : []);

  const results = (NotebookActions) => ({
    id: "course-aloud:results",
    description: "Says what a cell shows that has run; of several that ran at once, their cards and errors.",
    autoStart: true,
    activate: () => {
      const say = voice();
      const ran = new Map();
      NotebookActions.executed.connect((_, { notebook, cell }) => ran.set(notebook, [...(ran.get(notebook) ?? []), cell]));
      NotebookActions.selectionExecuted.connect((_, { notebook }) => {
        const cells = ran.get(notebook) ?? [];
        ran.delete(notebook);
        const told = cells.length > 1 ? verdicts : all;
        const sentences = cells.flatMap(outputsOf).flatMap((output) => [...told(output)].map((one) => one.trim()));
        const said = sentences.filter(Boolean);
        if (said.length) say(said);
      });
    },
  });

  const choices = {
    id: "course-aloud:choices",
    description: "Says the question of ToggleButtons, and which is pressed.",
    autoStart: true,
    activate: async () => {
      const prototype = (await use("@jupyter-widgets/controls"))?.ToggleButtonsView.prototype;
      if (!prototype) return;
      const { update } = prototype;
      prototype.update = function (...given) {
        update.apply(this, given);
        this.el.setAttribute("role", "group");
        this.el.setAttribute("aria-label", this.model.get("description"));
        for (const button of this.el.querySelectorAll("button")) {
          button.setAttribute("aria-pressed", button.classList.contains("mod-active"));
        }
      };
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["course-aloud"] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const { NotebookActions } = await use("@jupyterlab/notebook");
      const extension = { __esModule: true, default: [results(NotebookActions), choices] };
      return () => extension;
    },
  };
})();
