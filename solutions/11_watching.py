# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # Watching
#
# Say how long it takes, and what it costs.
#
# Say what one can do afterwards.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
from anthropic import Anthropic

# %% [markdown]
# ## On the cheat sheet
#
# Say what it says, and where it simplifies.

# %% [markdown]
# ## Three questions
#
# Ask them.

# %% [markdown]
# ## You can now
#
# - say what.
#
# **Next:** say where to.

# %%
from helpers import progress

progress()
