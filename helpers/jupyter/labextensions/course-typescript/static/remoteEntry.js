// Cells that begin with `%%typescript` are coloured, indented and commented out as TypeScript, and all others are left
// alone: as they are typed, in what shows them, and in nothing that is saved.
//
// Kept packages that do such a thing do it for SQL alone, or bring a language server along (jupyterlab-lsp).
//
// This is what a JupyterLab extension is when it has been built (webpack's module federation), written by hand: it needs
// nothing but what JupyterLab shares, so there is nothing to build, and no learner needs Node for it.
(() => {
  /** By name and version, what JupyterLab and its extensions share. */
  let shared;

  /** A module that there is one of: JupyterLab's own. */
  const use = async (name) => (await Object.values(shared[name])[0].get())();

  const FIRST_LINE = /^\s*%%typescript(?!\w)/;
  /** More than anybody leaves empty above it. */
  const BEGINNING = 1_000;
  const begins = (text) => FIRST_LINE.test(text.sliceString(0, BEGINNING));

  /** The text of a cell, in which the first line begins with `//`: to TypeScript it is a comment then. */
  function commented(input) {
    const place = input.read(0, Math.min(BEGINNING, input.length)).indexOf("%%");
    const read = (text, from) =>
      [place - from, place + 1 - from]
        .filter((one) => one >= 0 && one < text.length)
        .reduce((seen, one) => `${seen.slice(0, one)}/${seen.slice(one + 1)}`, text);
    return {
      length: input.length,
      lineChunks: input.lineChunks,
      chunk: (from) => read(input.chunk(from), from),
      read: (from, to) => read(input.read(from, to), from),
    };
  }

  /** TypeScript as JupyterLab has it, but for that line. */
  function belowTheMagic({ language, support }) {
    const wrap = (parse, input, ...given) => language.parser.startParse(commented(input), ...given);
    return [language.configure({ wrap }), support];
  }

  async function plugin() {
    const [{ IEditorExtensionRegistry, IEditorLanguageRegistry }, { Compartment, Prec }, { ViewPlugin }] =
      await Promise.all(["@jupyterlab/codemirror", "@codemirror/state", "@codemirror/view"].map(use));
    const language = new Compartment();

    /** Looks after one editor. */
    const looking = (load) =>
      class {
        isTypeScript = false;
        isGone = false;

        constructor(view) {
          this.look(view);
        }

        update({ docChanged, view }) {
          if (docChanged) this.look(view);
        }

        destroy() {
          this.isGone = true;
        }

        async look(view) {
          const isTypeScript = begins(view.state.doc);
          if (isTypeScript === this.isTypeScript) return;
          this.isTypeScript = isTypeScript;
          // An editor that is being changed can't be changed: whichever it is, it comes afterwards.
          const extension = await (isTypeScript ? load() : []);
          if (!this.isGone && this.isTypeScript === isTypeScript) {
            view.dispatch({ effects: language.reconfigure(extension) });
          }
        }
      };

    return {
      id: "course-typescript:plugin",
      description: "Colours cells that begin with %%typescript as TypeScript.",
      autoStart: true,
      requires: [IEditorExtensionRegistry, IEditorLanguageRegistry],
      activate: (app, extensions, languages) => {
        const load = async () => belowTheMagic((await languages.getLanguage("TypeScript")).support);
        const editor = ViewPlugin.fromClass(looking(load));
        // In front of the notebook's own language.
        const instance = [Prec.highest(language.of([])), editor];
        extensions.addExtension({
          name: "course-typescript",
          factory: ({ model }) => (model.type === "code" ? { instance: () => instance, reconfigure: () => null } : null),
        });
      },
    };
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["course-typescript"] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const extension = { __esModule: true, default: await plugin() };
      return () => extension;
    },
  };
})();
