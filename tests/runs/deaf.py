"""A child process that hears nothing."""

import time

time.sleep(60)
