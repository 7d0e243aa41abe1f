"""Colours and type of everything the course shows: JupyterLab's theme variables first, and a fallback of our own.

No meaning is carried by colour alone: every coloured thing also has a word or a symbol.
"""

from typing import Final

_DARK: Final = "--course-ok:#8ab8d8;--course-bad:#ff8a80;--course-mute:#9aa0a6;--course-paper:#111;--course-ink:#e6e6e6;--course-edge:#555"

STYLE: Final = f"""<style>
.course{{--course-ok:#3f6f8f;--course-bad:#b3261e;--course-mute:#6b7075;--course-paper:#fff;--course-ink:#1f1f1f;--course-edge:#bdbdbd;
 font:14px/1.5 var(--jp-content-font-family,system-ui,sans-serif);color:var(--jp-content-font-color1,var(--course-ink));
 background:var(--jp-layout-color0,var(--course-paper));max-width:720px}}
@media (prefers-color-scheme:dark){{.course{{{_DARK}}}}}
[data-jp-theme-light="true"] .course{{--course-ok:#3f6f8f;--course-bad:#b3261e;--course-mute:#6b7075;--course-paper:#fff}}
[data-jp-theme-light="false"] .course,.vscode-dark .course{{{_DARK}}}
.course-card{{border:1px solid var(--jp-border-color1,var(--course-edge));border-left:5px solid var(--course-mute);border-radius:4px;padding:10px 16px}}
.course-passed{{border-left-color:var(--course-ok)}}
.course-wrong{{border-left-color:var(--course-bad)}}
.course p{{margin:4px 0}}
.course code{{font:13px var(--jp-code-font-family,ui-monospace,monospace);background:none;padding:0;color:inherit}}
.course pre{{font:13px/1.45 var(--jp-code-font-family,ui-monospace,monospace);overflow-x:auto;margin:8px 0;color:inherit;background:none}}
.course svg{{display:block;margin:4px 0}}
.course svg text{{fill:currentColor;font-size:12px}}
.course svg .axis{{font-size:10px;text-anchor:middle}}
.course svg .axis,.course svg .note,.course .dim{{opacity:.8}}
.course svg .name{{font-weight:600}}
.course svg .grid{{stroke:currentColor;opacity:.14}}
.course svg .wait{{stroke:currentColor;stroke-dasharray:2 3;opacity:.65}}
.course svg .tick{{stroke:var(--jp-layout-color0,var(--course-paper));stroke-width:1.5}}
.course svg .ok{{fill:var(--course-ok)}}
.course svg .bad{{fill:var(--course-bad)}}
.course svg .end{{stroke:currentColor;stroke-width:2.5}}
.course svg .break{{fill:none;stroke:currentColor;stroke-width:2}}
</style>"""
