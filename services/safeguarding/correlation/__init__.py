"""The third room: what does the history say, and what did not happen?"""
