// What Lab knows about the notebook in front, for notebook.py. Lab's own icons are not to be trusted: the one in the
// status bar says "idle" before the kernel exists, and running a cell then opens a dialog.
window.course = (() => {
  const panel = () => window.jupyterapp.shell.currentWidget;
  const models = () => panel().content.widgets.map(cell => cell.model);
  const execute = (command, options) => window.jupyterapp.commands.execute(command, options);
  const done = model => model.executionCount !== null && model.executionState === 'idle';
  const errors = model => (model.outputs?.toJSON() ?? []).filter(output => output.output_type === 'error');

  let running = 0;

  return {
    ready() {
      const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
      const kernel = context?.session?.kernel;
      return Boolean(context?.isReady) && kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
    },
    cells: () => models().map(model => ({
      type: model.type,
      source: model.sharedModel.source,
      count: model.executionCount ?? null,
      errors: errors(model).map(output => `${output.ename}: ${output.evalue}`),
    })),
    active: () => panel().content.activeCellIndex,
    focus: () => panel().content.activate(),
    editing: () => panel().content.mode === 'edit',
    // `run-all-cells` ends at the first cell that raises, so it is not enough to wait for it: `allDone` looks at the
    // cells too. Nor are they enough: as long as the command is at work, the selection may move.
    runAll: async () => {
      await execute('notebook:clear-all-cell-outputs');
      running += 1;
      execute('notebook:run-all-cells').finally(() => { running -= 1; });
    },
    allDone: () => running === 0 && panel().sessionContext.session.kernel.status === 'idle' &&
      models().every(model => model.type !== 'code' || !model.sharedModel.source.trim() || done(model)),
    ranAfter: (place, count) => {
      const model = models()[place];
      return model.type !== 'code' || (done(model) && model.executionCount > count);
    },
    // A cell that was not there before, and has come to its end.
    hasNew: (place, before) => models().length > before && done(models()[place]),
    haveCards: names => names.every(name =>
      [...document.querySelectorAll('.course-card')].some(card => card.ariaLabel?.endsWith(`: ${name}`))),
    shutDown: () => panel().sessionContext.shutdown(),
    setTheme: name => execute('apputils:change-theme', { theme: name }),
    // A change of theme is covered by a splash, which fades.
    isSplashed: () => document.getElementById('jupyterlab-splash') !== null,
    isLight: () => document.body.dataset.jpThemeLight === 'true',
  };
})();
