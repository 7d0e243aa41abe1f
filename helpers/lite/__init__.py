"""The course as a site of files, for a browser alone: `python -m helpers.lite`, or `make lite`.

fetching.py   what is not ours: Python for WebAssembly and the wheels, pinned by hash in the folder lite/
package.py    what is ours, as a wheel: what a notebook needs of it, the solutions and the lessons as handed out
wheels.py     a wheel's metadata, and the list of all of them that Pyodide reads
site.py       JupyterLite around it, the lessons as pages beside it, and what keeps all of it when the network is gone
"""
