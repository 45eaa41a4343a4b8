"""Training runs that outlive a page.

A run belongs to the server: it is trained in a worker process, kept in a SQLite store, and read
by any number of pages. `scheduler.py` is the door for whoever starts and controls runs,
`store.py` for whoever reads them, `feed.py` for whoever watches them grow, `inference.py` for
whoever asks a model something. None of these imports torch; only the processes they start do.
"""
